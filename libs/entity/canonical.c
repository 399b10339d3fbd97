/* What each kind takes and how it is kept. */
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/phone.h"
#include "base/places.h"
#include "base/taxid.h"
#include "base/text.h"
#include "cauce.cauce.h"
#include "entity/canonical.h"

static bool fail(Canonical *canonical, MsgCode code, const char *arg)
{
        canonical->code = code;
        canonical->arg = arg;
        return false;
}

static const char *shown(Canonical *canonical, Str text)
{
        return utf8_cut(canonical->arena, text, 80);
}

const char *canonical_kind_name(Kind kind)
{
        return enum_name(&kind_enum, (int)kind);
}

static bool invalid(Canonical *canonical, Str text)
{
        return fail(canonical, MSG_INVALID_FIELD, shown(canonical, text));
}

/* ---- texts ---- */

/* Control characters have no place in a line; a long text keeps its lines and tabs. */
static bool printable(Canonical *canonical, Str text, Value *ret)
{
        bool lines = canonical->field->kind == KIND_LONG_TEXT;
        char *out = arena_strndup(canonical->arena, text.p, text.len);

        for (size_t i = 0; i < text.len; i++) {
                unsigned char c = (unsigned char)out[i];
                if (c == '\n' || c == '\t' || c == '\r')
                        out[i] = lines ? out[i] : ' ';
                else if (c < 0x20 || c == 0x7f)
                        return invalid(canonical, STR("control"));
        }
        ret->text = (Str){out, text.len};
        return true;
}

static bool pick(Canonical *canonical, Str text, Value *ret)
{
        const Picklist *list = canonical->field->picklist;

        if (!list && canonical->field->kind == KIND_MULTI_PICKLIST)
                return printable(canonical, text, ret); /* free keys */
        for (unsigned i = 0; list && i < list->n_items; i++)
                if (str_is(text, list->items[i].key)) {
                        ret->text = str_of(list->items[i].key);
                        return true;
                }
        /* A file may say the label. */
        Str folded = text_fold(canonical->arena, text);
        for (unsigned i = 0; list && i < list->n_items; i++) {
                const PicklistItem *item = &list->items[i];
                if (str_eq(folded, text_fold(canonical->arena, str_of(item->label.es))) ||
                        str_eq(folded, text_fold(canonical->arena, str_of(item->label.en)))) {
                        ret->text = str_of(item->key);
                        return true;
                }
        }
        return fail(canonical, MSG_NOT_AN_OPTION, shown(canonical, text));
}

static bool tax_id(Canonical *canonical, Str text, Value *ret)
{
        char *clean, digit[2] = "";

        switch (tax_id_normalise(canonical->arena, canonical->id_type, text, &clean, digit)) {
        case 0:
                ret->text = str_of(clean);
                return true;
        case TAX_ID_WRONG_DIGIT:
                return fail(canonical, MSG_TAX_ID_DIGIT, arena_strdup(canonical->arena, digit));
        default:
                return invalid(canonical, text);
        }
}

static bool city(Canonical *canonical, Str text, Value *ret)
{
        const Place *place;

        if (place_find(canonical->arena, text, &place) != 0)
                return fail(canonical, MSG_NOT_AN_OPTION, shown(canonical, text));
        ret->text = str_of(place->code);
        return true;
}

static bool normalised(Canonical *canonical, Str text, int result, char *const *clean, Value *ret)
{
        if (result != 0)
                return invalid(canonical, text);
        ret->text = str_of(*clean);
        return true;
}

bool canonical_text(Canonical *canonical, Str text, Value *ret)
{
        const Field *field = canonical->field;
        char *clean = NULL;

        *ret = (Value){};
        text = str_trim(text);
        if (text.len == 0) {
                ret->null = true;
                return true;
        }
        if (!utf8_valid(text))
                return invalid(canonical, STR("UTF-8"));
        if (field->max && text.len > field->max && utf8_length(text) > field->max)
                return fail(canonical, MSG_TOO_LONG, arena_printf(canonical->arena, "%u", field->max));
        switch (field->kind) {
        case KIND_PICKLIST:
        case KIND_MULTI_PICKLIST:
                return pick(canonical, text, ret);
        case KIND_EMAIL:
                return normalised(
                        canonical, text, email_normalise(canonical->arena, text, &clean), &clean, ret);
        case KIND_URL:
                return normalised(
                        canonical, text, url_normalise(canonical->arena, text, &clean), &clean, ret);
        case KIND_PHONE:
                return normalised(canonical, text,
                        phone_normalise(canonical->arena, text, canonical->city, &clean), &clean, ret);
        case KIND_TAX_ID:
                return tax_id(canonical, text, ret);
        case KIND_CITY:
                return city(canonical, text, ret);
        default:
                return printable(canonical, text, ret);
        }
}

/* ---- numbers ---- */

bool canonical_range(Canonical *canonical, int64_t number)
{
        switch (canonical->field->kind) {
        case KIND_GEO_LATITUDE:
                return (number >= -90 * MICRO && number <= 90 * MICRO) ||
                       fail(canonical, MSG_OUT_OF_RANGE, "-90 – 90");
        case KIND_GEO_LONGITUDE:
                return (number >= -180 * MICRO && number <= 180 * MICRO) ||
                       fail(canonical, MSG_OUT_OF_RANGE, "-180 – 180");
        default:
                return true;
        }
}

static bool number(Canonical *canonical, Str text, Value *ret)
{
        Kind kind = canonical->field->kind;
        unsigned scale = kind == KIND_INTEGER || kind == KIND_NUMBER ? 0
                         : kind == KIND_MONEY ? currency_decimals(canonical->entity->currency)
                                              : 6;

        if (parse_decimal(text, scale, &ret->number) != 0)
                return fail(canonical, MSG_WRONG_TYPE, canonical_kind_name(kind));
        return canonical_range(canonical, ret->number);
}

static bool boolean(Canonical *canonical, Str text, Value *ret)
{
        static const char *const words[][2] = {{"true", "false"}, {"si", "no"}, {"yes", "no"}, {"1", "0"},
                {"verdadero", "falso"}, {"x", "-"}};
        Str folded = text_fold(canonical->arena, text);

        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
                for (unsigned j = 0; j < 2; j++)
                        if (str_is(folded, words[i][j])) {
                                ret->number = j == 0;
                                return true;
                        }
        return fail(canonical, MSG_WRONG_TYPE, canonical_kind_name(KIND_BOOL));
}

/* ---- dates ---- */

/* "21/11/2026", as people here write it. */
static bool slashed(Str text, int32_t *ret)
{
        int64_t parts[3];
        unsigned n = 0;

        for (size_t from = 0, i = 0; i <= text.len; i++) {
                if (i < text.len && text.p[i] != '/' && text.p[i] != '-')
                        continue;
                if (n == 3 || parse_i64((Str){text.p + from, i - from}, &parts[n++]) != 0)
                        return false;
                from = i + 1;
        }
        if (n != 3 || parts[2] < 1000 || parts[2] > 9999 || parts[1] < 1 || parts[1] > 12 || parts[0] < 1 ||
                parts[0] > 31 || !civil_valid((int32_t)parts[2], (int)parts[1], (int)parts[0]))
                return false;
        *ret = date_of((int32_t)parts[2], (int)parts[1], (int)parts[0]);
        return true;
}

/* "2026-11-21 14:03[:05]" in the company's zone. */
static bool local_instant(Canonical *canonical, Str text, int64_t *ret)
{
        char utc[32];
        int64_t at;

        if ((text.len != 16 && text.len != 19) || text.p[10] != ' ')
                return false;
        (void)snprintf(utc, sizeof utc, "%.10sT%.*s%sZ", text.p, (int)text.len - 11, text.p + 11,
                text.len == 16 ? ":00" : "");
        if (instant_parse(str_of(utc), &at) != 0)
                return false;
        *ret = at - (int64_t)zone_offset(canonical->entity->zone, at) * 1000000;
        return true;
}

static bool date(Canonical *canonical, Str text, Value *ret)
{
        const Zone *zone = canonical->entity->zone;
        bool instant = canonical->field->kind == KIND_DATETIME;
        int32_t day;
        int64_t at;

        if (date_parse(text, &day) == 0 || slashed(text, &day))
                ret->number = instant ? zone_midnight(zone, day) : day;
        else if (instant_parse(text, &at) == 0 || local_instant(canonical, text, &at))
                ret->number = instant ? at : zone_date(zone, at);
        else
                return fail(canonical, MSG_WRONG_TYPE, canonical_kind_name(canonical->field->kind));
        return true;
}

bool canonical_parse(Canonical *canonical, Str text, Value *ret)
{
        Store store = store_of(canonical->field->kind);

        if (store == STORE_TEXT)
                return canonical_text(canonical, text, ret);
        *ret = (Value){};
        text = str_trim(text);
        if (text.len == 0) {
                ret->null = true;
                return true;
        }
        switch (store) {
        case STORE_INT8:
                return number(canonical, text, ret);
        case STORE_BOOL:
                return boolean(canonical, text, ret);
        case STORE_DATE:
        case STORE_TIME:
                return date(canonical, text, ret);
        case STORE_UUID:
                return uuid_parse(text, &ret->uuid) == 0 ||
                       fail(canonical, MSG_WRONG_TYPE, canonical_kind_name(canonical->field->kind));
        default:
                return invalid(canonical, text);
        }
}
