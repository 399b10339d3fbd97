/* Query parameters: those of the route, and a condition for each field of the module. */
#include <string.h>

#include "entity/record.h"
#include "entity/runtime.h"
#include "openapi.h"

/* ---- conditions ---- */

typedef struct Condition {
        const char *schema;    /* of components */
        const char *operators; /* a blank between */
        const char *value;     /* JSON Schema of one value */
        bool dates;            /* knows the calendar */
} Condition;

#define EVERY "eq ne lt le gt ge in nin between "

static const Condition conditions[STORE_MAX] = {
        [STORE_TEXT] = {"ConditionText", EVERY "contains starts empty filled", "{\"type\":\"string\"}"},
        [STORE_INT8] = {"ConditionNumber", EVERY "empty filled", "{\"type\":\"number\"}"},
        [STORE_BOOL] = {"ConditionBool", "eq ne empty filled", "{\"type\":\"boolean\"}"},
        [STORE_DATE] = {"ConditionDate", "eq ne lt le gt ge between this last next today empty filled",
                "{\"type\":\"string\"}"},
        [STORE_TIME] = {"ConditionTime", "eq ne lt le gt ge between this last next today empty filled",
                "{\"type\":\"string\"}"},
        [STORE_UUID] = {"ConditionReference", EVERY "empty filled",
                "{\"type\":\"string\",\"format\":\"uuid\"}"},
        [STORE_TEXTS] = {"ConditionKeys", "eq ne in nin contains empty filled", "{\"type\":\"string\"}"},
};

bool field_filters(const Field *field)
{
        return !(field->flags & FIELD_SECRET) && conditions[store_of(field->kind)].schema;
}

const char *filter_operators(const Field *field)
{
        return conditions[store_of(field->kind)].operators;
}

static void put_operator(JsonOut *out, const Condition *condition, const char *op)
{
        static const char *const lists[] = {"in", "nin", "between"};

        for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
                if (streq(op, lists[i])) {
                        out_raw(out, op, "{\"type\":\"string\",\"description\":\"a,b\"}");
                        return;
                }
        if (streq(op, "empty") || streq(op, "filled") || streq(op, "today"))
                out_raw(out, op, "{\"type\":\"string\",\"maxLength\":0}");
        else if (streq(op, "this"))
                out_raw(out, op,
                        "{\"type\":\"string\",\"enum\":[\"day\",\"week\",\"month\",\"quarter\",\"year\"]}");
        else if (streq(op, "last") || streq(op, "next"))
                out_raw(out, op, "{\"type\":\"string\",\"pattern\":\"^[1-9][0-9]{0,3}[dwmy]$\"}");
        else
                out_raw(out, op, condition->value);
}

static void condition_schema(const Api *api, JsonOut *out, const Condition *condition)
{
        static const Label2 about = {"Condiciones de un campo: campo[operador]=valor",
                "Conditions on a field: field[operator]=value"};

        out_open(out, condition->schema, '{');
        out_text(out, "type", "object");
        out_text(out, "description", label_in(&about, api->lang));
        out_open(out, "properties", '{');
        for (const char *op = condition->operators; *op;) {
                size_t len = strcspn(op, " ");
                put_operator(out, condition, arena_strndup(api->arena, op, len));
                op += len + (op[len] == ' ');
        }
        out_close(out, '}');
        out_bool(out, "additionalProperties", false);
        out_close(out, '}');
}

void condition_schemas(const Api *api, JsonOut *out)
{
        for (Store store = 0; store < STORE_MAX; store++)
                if (conditions[store].schema)
                        condition_schema(api, out, &conditions[store]);
}

/* ---- components ---- */

static const char *condition_key(const Api *api, const Module *module, const Field *field)
{
        return arena_printf(
                api->arena, "%s.%s", schema_name(module->message), runtime_field_name(api->arena, field));
}

static void put_condition(const Api *api, JsonOut *out, const Module *module, const Field *field)
{
        out_open(out, condition_key(api, module, field), '{');
        out_text(out, "name", runtime_field_name(api->arena, field));
        out_text(out, "in", "query");
        out_text(out, "style", "deepObject");
        out_bool(out, "explode", true);
        out_text(out, "description", label_in(&field->label, api->lang));
        out_ref(out, "schema", "schemas", conditions[store_of(field->kind)].schema);
        out_close(out, '}');
}

static unsigned n_fields(const ApiModule *module)
{
        return module->module->message->n_fields + module->n_custom;
}

static const Field *field_at(const ApiModule *module, unsigned i)
{
        const MessageMeta *meta = module->module->message;

        return i < meta->n_fields ? &meta->fields[meta->order[i]] : &module->custom[i - meta->n_fields];
}

static void put_param(const Api *api, JsonOut *out, const Route *route, const Param *param)
{
        out_open(out, arena_printf(api->arena, "%s.%s", route->name, param->name), '{');
        out_text(out, "name", param->name);
        out_text(out, "in", "query");
        out_text(out, "description", label_in(&param->label, api->lang));
        if (param->required)
                out_bool(out, "required", true);
        out_raw(out, "schema", param->schema);
        out_close(out, '}');
}

static void put_header(const Api *api, JsonOut *out, const char *key, const char *name, bool required,
        const char *schema, const Label2 *about)
{
        out_open(out, key, '{');
        out_text(out, "name", name);
        out_text(out, "in", streq(name, key) ? "path" : "header");
        out_text(out, "description", label_in(about, api->lang));
        if (required)
                out_bool(out, "required", true);
        out_raw(out, "schema", schema);
        out_close(out, '}');
}

static void put_key(const Api *api, JsonOut *out, const char *key, bool required)
{
        put_header(api, out, key, "Idempotency-Key", required,
                required ? "{\"type\":\"string\",\"minLength\":1,\"maxLength\":200,\"pattern\":\"^[!-~]+$\"}"
                         : "{\"type\":\"string\",\"maxLength\":200,\"pattern\":\"^[ -~]*$\"}",
                &(Label2){"Repetir con la misma clave no lo hace dos veces",
                        "Repeated with the same key it is not done twice"});
}

void parameter_components(const Api *api, JsonOut *out)
{
        put_header(api, out, "id", "id", true, "{\"type\":\"string\",\"format\":\"uuid\"}",
                &(Label2){"Id del registro", "The record's id"});
        put_header(api, out, "service", "service", true, "{\"type\":\"string\",\"maxLength\":60}",
                &(Label2){"Nombre del servicio", "The service's name"});
        put_header(api, out, "number", "number", true, "{\"type\":\"integer\",\"format\":\"int64\"}",
                &(Label2){"Su número", "Its number"});
        put_header(api, out, "IfMatch", "If-Match", true,
                "{\"type\":\"string\",\"pattern\":\"^\\\".+\\\"$\"}",
                &(Label2){"El ETag de la versión que se cambia: \"3\"",
                        "The ETag of the version that is changed: \"3\""});
        put_header(api, out, "IfNoneMatch", "If-None-Match", false, "{\"type\":\"string\"}",
                &(Label2){"El ETag que ya se tiene: 304 si no ha cambiado",
                        "The ETag one has: 304 while it is the same"});
        put_key(api, out, "IdempotencyKey", false);
        put_key(api, out, "IdempotencyKeyRequired", true);
        for (const Route *route = routes; route->method; route++)
                for (const Param *param = route->params; param && param->name; param++)
                        put_param(api, out, route, param);
        for (unsigned i = 0; i < api->n; i++)
                for (unsigned j = 0; j < n_fields(&api->modules[i]); j++)
                        if (field_filters(field_at(&api->modules[i], j)))
                                put_condition(
                                        api, out, api->modules[i].module, field_at(&api->modules[i], j));
}

/* ---- of a route ---- */

void parameter_list(const Api *api, JsonOut *out, const Route *route, const ApiModule *module)
{
        bool get = streq(route->method, "GET");

        out_open(out, "parameters", '[');
        if (strstr(route->path, "{id}"))
                out_ref(out, NULL, "parameters", "id");
        if (strstr(route->path, "{service}"))
                out_ref(out, NULL, "parameters", "service");
        if (strstr(route->path, "{number}"))
                out_ref(out, NULL, "parameters", "number");
        if (route->flags & ROUTE_IF_MATCH)
                out_ref(out, NULL, "parameters", "IfMatch");
        if (route->flags & ROUTE_ETAG && get)
                out_ref(out, NULL, "parameters", "IfNoneMatch");
        if (route->flags & ROUTE_NEEDS_KEY)
                out_ref(out, NULL, "parameters", "IdempotencyKeyRequired");
        else if (route->flags & ROUTE_IDEMPOTENT)
                out_ref(out, NULL, "parameters", "IdempotencyKey");
        for (const Param *param = route->params; param && param->name; param++)
                out_ref(out, NULL, "parameters", arena_printf(api->arena, "%s.%s", route->name, param->name));
        for (unsigned i = 0; route->flags & ROUTE_FILTERS && i < n_fields(module); i++)
                if (field_filters(field_at(module, i)))
                        out_ref(out, NULL, "parameters",
                                condition_key(api, module->module, field_at(module, i)));
        out_close(out, ']');
}
