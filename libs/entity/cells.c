/* Values to cells. Owns nothing. */
#include <string.h>

#include "entity.cauce.h"
#include "entity/cells.h"
#include "entity/record.h"

/* ---- the cell ---- */

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

/* "-12", "+573001234567", "3.5", "3,5" */
static bool plain_number(Str text)
{
        size_t i = text.len > 0 && (text.p[0] == '-' || text.p[0] == '+'), from = i, marks = 0;

        for (; i < text.len; i++) {
                if ((text.p[i] == '.' || text.p[i] == ',') && i > from && i + 1 < text.len)
                        marks++;
                else if (!is_digit(text.p[i]))
                        return false;
        }
        return i > from && marks <= 1;
}

static bool formula(Str text)
{
        return text.len > 0 && memchr("=+-@\t\r\n", text.p[0], 7) && !plain_number(text);
}

static bool needs_quotes(Str text)
{
        for (size_t i = 0; i < text.len; i++)
                if (memchr(",;\"\r\n\t", text.p[i], 6))
                        return true;
        return text.len > 0 && (text.p[0] == ' ' || text.p[text.len - 1] == ' ');
}

void cell_put(StrBuf *out, Str text)
{
        bool defused = formula(text);

        if (!needs_quotes(text)) {
                if (defused)
                        strbuf_putc(out, '\'');
                strbuf_put(out, text.p, text.len);
                return;
        }
        strbuf_puts(out, defused ? "\"'" : "\"");
        for (size_t i = 0; i < text.len; i++) {
                if (text.p[i] == '"')
                        strbuf_putc(out, '"');
                strbuf_putc(out, text.p[i]);
        }
        strbuf_putc(out, '"');
}

Str cell_undefused(Str text)
{
        Str rest = {text.p + 1, text.len - 1};

        return text.len > 1 && text.p[0] == '\'' && formula(rest) ? rest : text;
}

/* ---- the text ---- */

static Str taken(const StrBuf *buf)
{
        return (Str){buf->p, buf->len};
}

static Str bool_text(const CellStyle *style, bool yes)
{
        if (style->lang == LANG_EN)
                return yes ? STR("Yes") : STR("No");
        return yes ? STR("Sí") : STR("No");
}

/* "2026-11-21 14:05:33" where the company is. */
static Str time_text(Arena *arena, const CellStyle *style, int64_t at)
{
        int64_t local = at / 1000000 - (at % 1000000 < 0) + zone_offset(style->zone, at);
        int64_t second = ((local % 86400) + 86400) % 86400;
        char date[11];

        date_format((int32_t)((local - second) / 86400), date);
        return str_of(arena_printf(arena, "%s %02d:%02d:%02d", date, (int)(second / 3600),
                (int)(second / 60 % 60), (int)(second % 60)));
}

static Str option_text(const CellStyle *style, const Field *field, Str key)
{
        for (unsigned i = 0; field->picklist && i < field->picklist->n_items; i++)
                if (str_is(key, field->picklist->items[i].key))
                        return str_of(label_in(&field->picklist->items[i].label, style->lang));
        return key;
}

static Str number_text(Arena *arena, const CellStyle *style, const Field *field, int64_t value)
{
        StrBuf buf = {.arena = arena};

        switch (field->kind) {
        case KIND_MONEY:
                strbuf_put_decimal(&buf, value, style->decimals, style->decimals);
                break;
        case KIND_DECIMAL:
        case KIND_PERCENT:
        case KIND_GEO_LATITUDE:
        case KIND_GEO_LONGITUDE:
                strbuf_put_decimal(&buf, value, 6, 0);
                break;
        default:
                strbuf_put_i64(&buf, value);
        }
        return taken(&buf);
}

static Str options_text(Arena *arena, const CellStyle *style, const Field *field, const Value *value)
{
        StrBuf buf = {.arena = arena};

        for (unsigned i = 0; i < value->n; i++) {
                Str text = option_text(style, field, value->texts[i]);
                if (i > 0)
                        strbuf_puts(&buf, ", ");
                strbuf_put(&buf, text.p, text.len);
        }
        return taken(&buf);
}

/* The text that was found for a reference or a city; without one, the id or the code itself. */
static Str label_text(Arena *arena, const ProtobufCMessage *record, const Field *field, const Value *value)
{
        const RecordHead *head = record_head(record);

        for (size_t i = 0; i < head->n_labels; i++)
                if (streq(head->labels[i]->field, field->name))
                        return str_of(head->labels[i]->text);
        if (field->kind == KIND_CITY)
                return value->text;
        char *id = arena_alloc(arena, UUID_TEXT + 1);
        uuid_format(&value->uuid, id);
        return str_of(id);
}

static Str custom_text(
        Arena *arena, const CellStyle *style, const Cauce__CustomValue *value, const Field *field)
{
        StrBuf buf = {.arena = arena};
        int64_t at;

        if (value->has_flag)
                return bool_text(style, value->flag);
        if (value->number)
                return str_of(value->number);
        for (size_t i = 0; i < value->n_list; i++) {
                Str text = option_text(style, field, str_of(value->list[i]));
                strbuf_puts(&buf, i ? ", " : "");
                strbuf_put(&buf, text.p, text.len);
        }
        if (!value->text)
                return taken(&buf);
        if (field->kind == KIND_DATETIME && instant_parse(str_of(value->text), &at) == 0)
                return time_text(arena, style, at);
        return option_text(style, field, str_of(value->text));
}

Str cell_text(Arena *arena, const CellStyle *style, const ProtobufCMessage *record, const Field *field)
{
        char date[11];

        if (field->flags & FIELD_CUSTOM) {
                const Cauce__CustomValue *custom = record_custom(record, field->name);
                return custom ? custom_text(arena, style, custom, field) : (Str){"", 0};
        }
        Value value = record_get(arena, record, field);
        if (value.null)
                return (Str){"", 0};
        switch (store_of(field->kind)) {
        case STORE_TEXT:
                return field->kind == KIND_CITY ? label_text(arena, record, field, &value)
                                                : option_text(style, field, value.text);
        case STORE_TEXTS:
                return options_text(arena, style, field, &value);
        case STORE_BOOL:
                return bool_text(style, value.number != 0);
        case STORE_DATE:
                date_format((int32_t)value.number, date);
                return str_of(arena_strdup(arena, date));
        case STORE_TIME:
                return time_text(arena, style, value.number);
        case STORE_UUID:
                return label_text(arena, record, field, &value);
        default:
                return number_text(arena, style, field, value.number);
        }
}
