/* What a bulk request of a module may hold, as JSON Schema. */
#include "openapi.h"

/* An operation of a bulk request; `id` and `version`: 'r' required, 'o' may be there, '-' not. */
static void put_bulk_operation(const Api *api, JsonOut *out, const Module *module, const char *op, char id,
        char version, const char *record)
{
        out_open(out, NULL, '{');
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        out_raw(out, "op", arena_printf(api->arena, "{\"const\":\"%s\"}", op));
        if (id != '-')
                out_raw(out, "id", "{\"type\":\"string\",\"format\":\"uuid\"}");
        if (version != '-')
                out_raw(out, "version", "{\"type\":\"integer\",\"format\":\"int64\"}");
        if (record)
                out_ref(out, "record", "schemas", schema_of_module(api->arena, record, module));
        out_close(out, '}');
        out_open(out, "required", '[');
        out_text(out, NULL, "op");
        if (id == 'r')
                out_text(out, NULL, "id");
        if (version == 'r')
                out_text(out, NULL, "version");
        if (record)
                out_text(out, NULL, "record");
        out_close(out, ']');
        out_bool(out, "additionalProperties", false);
        out_close(out, '}');
}

/* Operations, or one change of all that a filter finds. */
void schema_bulk(const Api *api, JsonOut *out, const Module *module)
{
        bool made = !(module->flags & MODULE_BY_SYSTEM), deleted = !(module->flags & MODULE_KEPT);

        out_open(out, schema_of_module(api->arena, "{}Bulk", module), '{');
        out_open(out, "oneOf", '[');
        out_open(out, NULL, '{');
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        out_raw(out, "atomic", "{\"type\":\"boolean\"}");
        out_open(out, "operations", '{');
        out_raw(out, "type", "\"array\",\"minItems\":1,\"maxItems\":1000");
        out_open(out, "items", '{');
        out_open(out, "oneOf", '[');
        if (made) {
                put_bulk_operation(api, out, module, "create", '-', '-', "{}Create");
                put_bulk_operation(api, out, module, "update", 'r', 'r', "{}Patch");
                put_bulk_operation(api, out, module, "duplicate", 'r', '-', NULL);
        }
        if (deleted)
                put_bulk_operation(api, out, module, "delete", 'r', 'r', NULL);
        if (made && deleted)
                put_bulk_operation(api, out, module, "restore", 'r', 'o', NULL);
        out_close(out, ']');
        out_close(out, '}');
        out_close(out, '}');
        out_close(out, '}');
        out_raw(out, "required", "[\"operations\"]");
        out_bool(out, "additionalProperties", false);
        out_close(out, '}');
        out_open(out, NULL, '{');
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        out_ref(out, "filter", "schemas", "Filter");
        out_raw(out, "q", "{\"type\":\"string\",\"maxLength\":200}");
        out_raw(out, "view", "{\"type\":\"string\",\"maxLength\":60}");
        out_raw(out, "zone", "{\"type\":\"string\",\"maxLength\":60}");
        out_raw(out, "mine", "{\"type\":\"boolean\"}");
        if (made)
                out_ref(out, "set", "schemas", schema_of_module(api->arena, "{}Patch", module));
        if (deleted)
                out_raw(out, "delete", "{\"type\":\"boolean\"}");
        out_close(out, '}');
        out_bool(out, "additionalProperties", false);
        out_close(out, '}');
        out_close(out, ']');
        out_close(out, '}');
}
