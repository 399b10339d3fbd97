/* Values to their canonical form, by kind; and what makes a record valid. */
#include <string.h>

#include "base/places.h"
#include "cauce.pb-c.h"
#include "entity/canonical.h"
#include "entity/record.h"
#include "entity/references.h"
#include "entity/validate.h"

static const char *pointer_of(Req *rq, const Field *field)
{
        return req_printf(rq, field->flags & FIELD_CUSTOM ? "/custom/%s" : "/%s", field->name);
}

static void note(Req *rq, const Field *field, const Canonical *canonical)
{
        req_note_at(rq, canonical->code, pointer_of(rq, field),
                (const char *const[REQ_ARGS_MAX + 1]){canonical->arg});
}

bool validate_text(Arena *arena, const Entity *entity, const Field *field, Str text, Value *ret,
        MsgCode *ret_code, const char **ret_arg)
{
        Canonical canonical = {.arena = arena, .entity = entity, .field = field};

        if (!canonical_parse(&canonical, text, ret)) {
                *ret_code = canonical.code;
                *ret_arg = canonical.arg;
                return false;
        }
        return true;
}

/* The record's own value of another text field: the id type beside a tax id, the city beside a phone. */
static const char *sibling(Req *rq, const Module *module, const ProtobufCMessage *record, const char *name)
{
        const Field *field = message_field(module->message, str_of(name));

        if (!field || store_of(field->kind) != STORE_TEXT)
                return NULL;
        return record_get(rq->arena, record, field).text.p;
}

/* The city may still be as it was typed: a phone stands before it. */
static const char *sibling_city(Req *rq, const Module *module, const ProtobufCMessage *record)
{
        const char *city = sibling(rq, module, record, "city");
        const Place *place;

        return city && place_find(rq->arena, str_of(city), &place) == 0 ? place->code : NULL;
}

static bool unchanged(Req *rq, const Change *change, const Field *field, const Value *value)
{
        if (!change->before || field->kind == KIND_TAX_ID)
                return false;
        Value before = record_get(rq->arena, change->before, field);
        return value_equal(store_of(field->kind), &before, value);
}

static void check_number(Req *rq, const Field *field, const Value *value)
{
        Canonical canonical = {.arena = rq->arena, .entity = rq->entity, .field = field};

        if (!canonical_range(&canonical, value->number))
                note(rq, field, &canonical);
}

static void check_text(Req *rq, const Change *change, const Field *field, const Value *value)
{
        Canonical canonical = {.arena = rq->arena,
                .entity = rq->entity,
                .field = field,
                .id_type = sibling(rq, change->module, change->after, "id_type"),
                .city = sibling_city(rq, change->module, change->after)};
        Value clean;

        if (canonical_text(&canonical, value->text, &clean))
                record_set(rq->arena, change->after, field, &clean);
        else
                note(rq, field, &canonical);
}

static void check_texts(Req *rq, const Field *field, const Value *value)
{
        Canonical canonical = {.arena = rq->arena, .entity = rq->entity, .field = field};
        Value clean;

        for (unsigned i = 0; i < value->n; i++)
                if (!canonical_text(&canonical, value->texts[i], &clean)) {
                        note(rq, field, &canonical);
                        return;
                }
}

/* A column's value; references are only collected. */
static void check_column(Req *rq, const Change *change, const Field *field, References *references)
{
        Value value = record_get(rq->arena, change->after, field);
        Store store = store_of(field->kind);

        if (value.null || (store == STORE_TEXT && str_trim(value.text).len == 0)) {
                record_clear(change->after, field);
                if (field->flags & FIELD_REQUIRED)
                        req_note(rq, REQUIRED, pointer_of(rq, field), NULL);
                return;
        }
        if (unchanged(rq, change, field, &value))
                return;
        if (store == STORE_TEXT)
                check_text(rq, change, field, &value);
        else if (store == STORE_TEXTS)
                check_texts(rq, field, &value);
        else if (store == STORE_INT8)
                check_number(rq, field, &value);
        else if (field->kind == KIND_REFERENCE)
                references_add(references, field, &value.uuid);
}

static bool custom_shape(const Cauce__CustomValue *value)
{
        return value->key && utf8_valid(str_of(value->key)) && utf8_valid(str_of(value->text)) &&
               utf8_valid(str_of(value->number));
}

void validate_shape(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record)
{
        for (unsigned i = 0; i < module->n_columns; i++) {
                const Field *field = module->columns[i];
                Store store = store_of(field->kind);
                if (!record_has(record, field))
                        continue;
                Value value = record_get(rq->arena, record, field);
                if ((store == STORE_UUID && value.null) || (store == STORE_TEXT && !utf8_valid(value.text)))
                        req_note(rq, WRONG_TYPE, pointer_of(rq, field), canonical_kind_name(field->kind));
        }
        const Cauce__Custom *custom = record_head(record)->custom;
        for (size_t i = 0; custom && i < custom->n_values; i++)
                if (!custom_shape(custom->values[i]))
                        req_note(rq, WRONG_TYPE, "/custom", canonical_kind_name(KIND_CUSTOM));
        req_check(rq);
}

/* ---- custom fields ---- */

/* The text of a custom value as it came, to be read by its field's kind. */
static bool custom_source(const Field *field, const Cauce__CustomValue *value, Str *ret)
{
        switch (store_of(field->kind)) {
        case STORE_INT8:
                /* Decimals may come as strings, as those of columns do. */
                *ret = str_of(value->number ? value->number : value->text);
                return value->number || (value->text && field->kind != KIND_INTEGER);
        case STORE_BOOL:
                *ret = value->flag ? STR("true") : STR("false");
                return value->has_flag;
        default:
                *ret = str_of(value->text);
                return value->text != NULL;
        }
}

static void check_custom_value(
        Req *rq, const ModuleRuntime *module, const Change *change, Cauce__CustomValue *custom)
{
        const char *key = custom->key ? custom->key : "";
        const Field *field = runtime_field(module, str_of(req_printf(rq, "custom.%s", key)));
        Str text;
        Value value;

        if (!field) {
                req_note(rq, UNKNOWN_FIELD,
                        req_printf(rq, "/custom/%s", utf8_cut(rq->arena, str_of(key), 60)),
                        utf8_cut(rq->arena, str_of(key), 60));
                return;
        }
        if (custom->cleared) {
                record_set_custom(rq->arena, change->after, custom);
                return;
        }
        Canonical canonical = {.arena = rq->arena, .entity = rq->entity, .field = field};
        if (!custom_source(field, custom, &text)) {
                req_note(rq, WRONG_TYPE, pointer_of(rq, field), canonical_kind_name(field->kind));
                return;
        }
        if (!canonical_parse(&canonical, text, &value)) {
                note(rq, field, &canonical);
                return;
        }
        record_put(rq->arena, change->after, field, &value);
}

static void check_custom(Req *rq, const ModuleRuntime *module, const Change *change)
{
        const Cauce__Custom *custom = record_head(change->after)->custom;

        for (size_t i = 0; custom && i < custom->n_values; i++) {
                Cauce__CustomValue *value = custom->values[i];
                /* What the change did not touch is the very value that was loaded. */
                if (!change->before || !value->key || record_custom(change->before, value->key) != value)
                        check_custom_value(rq, module, change, value);
        }
        for (unsigned i = 0; i < module->n_custom; i++)
                if (module->custom[i]->flags & FIELD_REQUIRED &&
                        !record_custom(change->after, module->custom[i]->name))
                        req_note(rq, REQUIRED, pointer_of(rq, module->custom[i]), NULL);
}

bool validate_try(Req *rq, const ModuleRuntime *module, const Change *change)
{
        References references = {.rq = rq};

        for (unsigned i = 0; i < module->n_columns; i++) {
                const Field *field = module->columns[i];
                if (field->number >= TAG_OWNER && field->number != TAG_CUSTOM && field->number != TAG_NUMBER)
                        check_column(rq, change, field, &references);
        }
        check_custom(rq, module, change);
        if (rq->n_problems == 0)
                references_check(&references);
        return rq->n_problems == 0;
}

void validate_change(Req *rq, const ModuleRuntime *module, const Change *change)
{
        (void)validate_try(rq, module, change);
        req_check(rq);
}
