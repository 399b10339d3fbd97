/* Modules and messages as JSON Schema (2020-12): what a record looks like in an answer and what it may be
 * given. */
#include <string.h>

#include "entity/record.h"
#include "openapi.h"

const char *schema_name(const MessageMeta *meta)
{
        const char *dot = strrchr(meta->name, '.');

        return dot ? dot + 1 : meta->name;
}

const char *schema_of_module(Arena *arena, const char *pattern, const Module *module)
{
        const char *hole = strstr(pattern, "{}");

        return hole ? arena_printf(arena, "%s%s", schema_name(module->message), hole + 2) : pattern;
}

/* ---- kinds ---- */

#define DECIMAL "\"pattern\":\"^-?[0-9]+(\\\\.[0-9]+)?$\""

typedef struct Form {
        const char *answer, *given; /* types; "string number" = either */
        const char *more;           /* further keywords */
        const char *said;           /* in answers alone */
        const char *name;           /* for people */
} Form;

static const Form forms[KIND_MAX] = {
        [KIND_TEXT] = {"string", "string", .name = "text"},
        [KIND_LONG_TEXT] = {"string", "string", .name = "text, lines"},
        [KIND_INTEGER] = {"integer", "integer", "\"format\":\"int64\"", .name = "integer"},
        [KIND_DECIMAL] = {"string", "string number", DECIMAL, .name = "decimal \"12.5\""},
        [KIND_MONEY] = {"string", "string number", DECIMAL, .name = "decimal \"12.50\""},
        [KIND_PERCENT] = {"string", "string number", DECIMAL, .name = "decimal \"19\""},
        [KIND_BOOL] = {"boolean", "boolean", .name = "true, false"},
        [KIND_DATE] = {"string", "string", "\"format\":\"date\"", .name = "2026-11-21"},
        [KIND_DATETIME] = {"string", "string", "\"format\":\"date-time\"", .name = "2026-11-21T14:03:00Z"},
        [KIND_PICKLIST] = {"string", "string", .name = "key"},
        [KIND_MULTI_PICKLIST] = {"string", "string", .name = "keys"},
        [KIND_EMAIL] = {"string", "string", "\"format\":\"idn-email\"", .name = "e-mail"},
        [KIND_PHONE] = {"string", "string", .name = "+573001234567"},
        [KIND_URL] = {"string", "string", .said = "\"pattern\":\"^https?://\"", .name = "https://…"},
        [KIND_TAX_ID] = {"string", "string", .name = "800197268-4"},
        [KIND_CITY] = {"string", "string", .said = "\"pattern\":\"^[0-9]{5}$\"", .name = "DIVIPOLA 05001"},
        [KIND_REFERENCE] = {"string", "string", "\"format\":\"uuid\"", .name = "uuid"},
        [KIND_UUID] = {"string", "string", "\"format\":\"uuid\"", .name = "uuid"},
        [KIND_NUMBER] = {"integer", "integer", "\"format\":\"int64\"", .name = "integer"},
        [KIND_ENUM] = {"string", "string", .name = "key"},
        [KIND_BYTES] = {"string", "string", "\"contentEncoding\":\"base64\"", .name = "base64"},
        [KIND_GEO_LATITUDE] = {"string", "string number", DECIMAL, .name = "decimal, degrees"},
        [KIND_GEO_LONGITUDE] = {"string", "string number", DECIMAL, .name = "decimal, degrees"},
        [KIND_LABELS] = {"object", "object", .name = "{field: text}"},
        [KIND_CUSTOM] = {"object", "object", .name = "{key: value}"},
        [KIND_MESSAGE] = {"object", "object", .name = "object"},
};

const char *schema_form_name(const Field *field)
{
        return forms[field->kind].name;
}

static bool is_said(SchemaUse use)
{
        return use == SCHEMA_ANSWER || use == SCHEMA_EVENT;
}

/* Custom numbers are numbers in JSON. */
static const char *type_of(const Field *field, SchemaUse use)
{
        bool decimal = forms[field->kind].more && streq(forms[field->kind].more, DECIMAL);

        if (is_said(use))
                return field->flags & FIELD_CUSTOM && decimal ? "number" : forms[field->kind].answer;
        return forms[field->kind].given;
}

static void put_type(JsonOut *out, const char *type, bool nullable)
{
        const char *blank = strchr(type, ' ');

        if (!blank && !nullable) {
                out_text(out, "type", type);
                return;
        }
        StrBuf *buf = out->buf;
        out_open(out, "type", '[');
        strbuf_printf(buf, "\"%.*s\"", blank ? (int)(blank - type) : (int)strlen(type), type);
        if (blank)
                strbuf_printf(buf, ",\"%s\"", blank + 1);
        strbuf_puts(buf, nullable ? ",\"null\"" : "");
        out_close(out, ']');
}

static void put_options(JsonOut *out, const Field *field, bool nullable)
{
        const Picklist *picklist = field->picklist;
        const EnumMeta *names = field->kind == KIND_ENUM ? field->enumeration : NULL;
        unsigned n = picklist ? picklist->n_items : names ? names->n : 0;

        if (n == 0)
                return;
        out_open(out, "enum", '[');
        for (unsigned i = 0; i < n; i++)
                out_text(out, NULL, picklist ? picklist->items[i].key : names->names[i]);
        if (nullable)
                out_raw(out, NULL, "null");
        out_close(out, ']');
}

static void put_keywords(JsonOut *out, const Field *field, SchemaUse use, bool nullable)
{
        const Form *form = &forms[field->kind];

        put_type(out, type_of(field, use), nullable);
        if (form->more || (form->said && is_said(use))) {
                if (out->comma)
                        strbuf_putc(out->buf, ',');
                strbuf_puts(out->buf, form->more ? form->more : form->said);
                out->comma = true;
        }
        if (field->max && !field->repeated && streq(form->answer, "string"))
                out_number(out, "maxLength", field->max);
        put_options(out, field, nullable);
}

/* ---- fields ---- */

bool field_in_use(const Field *field, SchemaUse use)
{
        if (use == SCHEMA_ANSWER)
                return !(field->flags & FIELD_SECRET);
        if (field->kind == KIND_LABELS)
                return false;
        if (use == SCHEMA_EVENT)
                return !(field->flags & FIELD_SECRET);
        /* The id of a new record may be the client's. */
        return !(field->flags & FIELD_READ_ONLY) ||
               (use == SCHEMA_CREATE && field->number == TAG_ID && field->label.es);
}

static void put_notes(const Api *api, JsonOut *out, const Field *field, SchemaUse use)
{
        const char *label = label_in(&field->label, api->lang), *help = label_in(&field->help, api->lang);

        out_text(out, "title", label);
        out_text(out, "description", help);
        if (!is_said(use) && field->flags & FIELD_SECRET)
                out_bool(out, "writeOnly", true);
        if (is_said(use) && field->flags & FIELD_READ_ONLY)
                out_bool(out, "readOnly", true);
        if (field->flags & FIELD_UNIQUE)
                out_bool(out, "x-cauce-unique", true);
        out_text(out, "x-cauce-reference", field->ref);
}

void schema_field(const Api *api, JsonOut *out, const Field *field, SchemaUse use)
{
        bool nullable = use == SCHEMA_PATCH;

        if (field->kind == KIND_MESSAGE && !field->repeated) {
                out_ref(out, field->name, "schemas", schema_name(field->message));
                return;
        }
        out_open(out, field->name, '{');
        if (field->kind == KIND_LABELS) {
                out_text(out, "type", "object");
                out_raw(out, "additionalProperties", "{\"type\":\"string\"}");
        } else if (!field->repeated) {
                put_keywords(out, field, use, nullable);
        } else {
                put_type(out, "array", nullable);
                if (field->max && !is_said(use))
                        out_number(out, "maxItems", field->max);
                if (field->kind == KIND_MESSAGE) {
                        out_ref(out, "items", "schemas", schema_name(field->message));
                } else {
                        out_open(out, "items", '{');
                        put_keywords(out, field, use, false);
                        out_close(out, '}');
                }
        }
        put_notes(api, out, field, use);
        out_close(out, '}');
}

static void put_custom(const Api *api, JsonOut *out, const ApiModule *module, SchemaUse use)
{
        unsigned required = 0;

        out_open(out, "custom", '{');
        put_type(out, "object", use == SCHEMA_PATCH);
        out_open(out, "properties", '{');
        for (unsigned i = 0; i < module->n_custom; i++) {
                schema_field(api, out, &module->custom[i], use);
                required += (module->custom[i].flags & FIELD_REQUIRED) != 0;
        }
        out_close(out, '}');
        if (!is_said(use))
                out_bool(out, "additionalProperties", false);
        if (use == SCHEMA_CREATE && required > 0) {
                out_open(out, "required", '[');
                for (unsigned i = 0; i < module->n_custom; i++)
                        if (module->custom[i].flags & FIELD_REQUIRED)
                                out_text(out, NULL, module->custom[i].name);
                out_close(out, ']');
        }
        out_close(out, '}');
}

/* ---- objects ---- */

static void put_required(JsonOut *out, const ApiModule *module, SchemaUse use)
{
        const MessageMeta *meta = module->module->message;
        bool custom = false;
        unsigned n = 0;

        if (use == SCHEMA_ANSWER)
                out_raw(out, "required", "[\"id\",\"version\"]");
        if (use != SCHEMA_CREATE)
                return;
        for (unsigned i = 0; i < module->n_custom; i++)
                custom = custom || module->custom[i].flags & FIELD_REQUIRED;
        for (unsigned i = 0; i < meta->n_fields; i++) {
                const Field *field = &meta->fields[i];
                if (!field_in_use(field, use) ||
                        !(field->flags & FIELD_REQUIRED || (custom && field->kind == KIND_CUSTOM)))
                        continue;
                if (n++ == 0)
                        out_open(out, "required", '[');
                out_text(out, NULL, field->name);
        }
        if (n > 0)
                out_close(out, ']');
}

void schema_record(const Api *api, JsonOut *out, const ApiModule *module, SchemaUse use)
{
        const char *pattern = use == SCHEMA_CREATE ? "{}Create" : use == SCHEMA_PATCH ? "{}Patch" : "{}";
        const MessageMeta *meta = module->module->message;

        out_open(out, schema_of_module(api->arena, pattern, module->module), '{');
        out_text(out, "title", label_in(&module->module->label, api->lang));
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        for (unsigned i = 0; i < meta->n_fields; i++) {
                const Field *field = &meta->fields[meta->order[i]];
                if (!field_in_use(field, use))
                        continue;
                if (field->kind == KIND_CUSTOM)
                        put_custom(api, out, module, use);
                else
                        schema_field(api, out, field, use);
        }
        out_close(out, '}');
        put_required(out, module, use);
        if (!is_said(use))
                out_bool(out, "additionalProperties", false);
        out_close(out, '}');
}

/* Does an address of the module take or give it? */
static bool is_named(const char *pattern, const Module *module)
{
        for (const Route *route = routes; route->method; route++)
                if (route->takes.schema && streq(route->takes.schema, pattern) && route_exists(route, module))
                        return true;
        return false;
}

void schema_module(const Api *api, JsonOut *out, const ApiModule *module)
{
        if (is_named("{}Bulk", module->module))
                schema_bulk(api, out, module->module);
        schema_record(api, out, module, SCHEMA_ANSWER);
        if (!(module->module->flags & MODULE_BY_SYSTEM)) {
                schema_record(api, out, module, SCHEMA_CREATE);
                schema_record(api, out, module, SCHEMA_PATCH);
        }
        out_open(out, schema_of_module(api->arena, "{}Page", module->module), '{');
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        out_open(out, "items", '{');
        out_text(out, "type", "array");
        out_ref(out, "items", "schemas", schema_name(module->module->message));
        out_close(out, '}');
        out_raw(out, "next", "{\"type\":\"string\"}");
        out_close(out, '}');
        out_raw(out, "required", "[\"items\"]");
        out_close(out, '}');
}

void schema_message(const Api *api, JsonOut *out, const char *name, const MessageMeta *meta, SchemaUse use)
{
        out_open(out, name, '{');
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        for (unsigned i = 0; i < meta->n_fields; i++)
                if (field_in_use(&meta->fields[i], use))
                        schema_field(api, out, &meta->fields[i], use);
        out_close(out, '}');
        if (!is_said(use))
                out_bool(out, "additionalProperties", false);
        out_close(out, '}');
}
