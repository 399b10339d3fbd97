/* The overlay: generated module tables + rows of custom_field. Owns the generations of it. */
#include <string.h>

#include "base/json.h"
#include "cauce.pb-c.h"
#include "entity.pb-c.h"
#include "entity/idempotency.h"
#include "entity/record.h"
#include "entity/runtime.h"
#include "entity/service_table.h"
#include "entity/sql_write.h"

#define GENERATION_US INT64_C(60000000)

static const char *column_list(Arena *arena, const Field *const *fields, unsigned n)
{
        StrBuf list = {.arena = arena};

        for (unsigned i = 0; i < n; i++)
                strbuf_printf(&list, "%s%s", i ? ", " : "", fields[i]->name);
        return list.p;
}

static void module_columns(Arena *arena, ModuleRuntime *runtime)
{
        const MessageMeta *meta = runtime->module->message;
        const Field **columns = arena_array(arena, meta->n_fields, sizeof *columns);

        for (unsigned i = 0; i < meta->n_fields; i++)
                if (store_of(meta->fields[i].kind) != STORE_NONE)
                        columns[runtime->n_columns++] = &meta->fields[i];
        runtime->columns = columns;
}

static const Picklist *options_read(Arena *arena, const char *name, Str json)
{
        JsonReader reader;
        Picklist *list = arena_alloc(arena, sizeof *list);
        PicklistItem *items = arena_array(arena, 200, sizeof *items);
        unsigned n = 0;

        json_init(&reader, arena, json);
        for (JsonToken token = json_next(&reader); token != JSON_END && token != JSON_ERROR;
                token = json_next(&reader)) {
                if (token == JSON_OBJECT_BEGIN && n < 200)
                        n++;
                if (token != JSON_KEY || n == 0)
                        continue;
                Str key = reader.text;
                if (json_next(&reader) != JSON_STRING)
                        continue;
                const char *text = arena_strndup(arena, reader.text.p, reader.text.len);
                if (str_is(key, "key"))
                        items[n - 1].key = text;
                else if (str_is(key, "es"))
                        items[n - 1].label.es = text;
                else if (str_is(key, "en"))
                        items[n - 1].label.en = text;
                else if (str_is(key, "color"))
                        items[n - 1].color = text;
        }
        if (n == 0)
                return NULL;
        *list = (Picklist){.name = name, .n_items = n, .items = items};
        return list;
}

static Field *custom_field(Arena *arena, const PgRows *rows, int row)
{
        Field *field = arena_alloc(arena, sizeof *field);

        field->name = pg_text_copy(rows, row, 1, arena);
        field->kind = (Kind)pg_int(rows, row, 2);
        field->label = (Label2){pg_text_copy(rows, row, 3, arena), pg_text_copy(rows, row, 4, arena)};
        field->section = pg_text_copy(rows, row, 5, arena);
        field->flags = FIELD_CUSTOM | (pg_bool(rows, row, 6) ? FIELD_LIST : 0) |
                       (pg_bool(rows, row, 7) ? FIELD_REQUIRED : 0);
        field->picklist = options_read(arena, field->name, pg_text(rows, row, 8));
        field->max = field->kind == KIND_LONG_TEXT ? 10000 : 500;
        return field;
}

static void module_custom(Arena *arena, ModuleRuntime *runtime, const PgRows *rows)
{
        const Field **fields = arena_array(arena, (size_t)pg_rows(rows) + 1, sizeof *fields);

        for (int row = 0; row < pg_rows(rows); row++)
                if (str_is(pg_text(rows, row, 0), runtime->module->name))
                        fields[runtime->n_custom++] = custom_field(arena, rows, row);
        runtime->custom = fields;
}

static void module_sql(Arena *arena, ModuleRuntime *runtime)
{
        runtime->sql_select = column_list(arena, runtime->columns, runtime->n_columns);
        runtime->sql_get = arena_printf(
                arena, "SELECT %s FROM %s WHERE id = ANY($1)", runtime->sql_select, runtime->module->table);
        for (OnceKind once = ONCE_NOT; once < ONCE_MAX; once++)
                runtime->sql_create[once] = sql_create(arena, runtime, once);
}

static void generation_free(Runtime *runtime)
{
        if (runtime)
                (void)arena_free(runtime->arena);
}

/* Drops the generations that no request can still use and nobody holds. */
static void generations_trim(Entity *entity)
{
        int64_t before = clock_monotonic() - GENERATION_US;

        for (Runtime **link = &entity->runtime->former; *link;) {
                Runtime *old = *link;
                if (old->holds > 0 || old->left_at > before) {
                        link = &old->former;
                        continue;
                }
                *link = old->former;
                generation_free(old);
        }
}

Runtime *runtime_hold(Entity *entity)
{
        entity->runtime->holds++;
        return entity->runtime;
}

void runtime_release(Entity *entity, Runtime *runtime)
{
        if (!runtime)
                return;
        runtime->holds--;
        generations_trim(entity);
}

int runtime_reload(Entity *entity)
{
        static const char sql[] = "SELECT module, key, kind::int4, es, en, section, list, required, options "
                                  "FROM custom_field ORDER BY module, position, key";
        static const char version_sql[] = "SELECT last_value FROM meta_version";
        const PgStmt stmts[] = {{.sql = sql}, {.sql = version_sql}};
        PgRows *rows[2];
        Arena *arena = arena_new();
        Runtime *runtime = arena_alloc(arena, sizeof *runtime);

        int r = pg_read(entity->pg, arena, stmts, 2, clock_monotonic() + INT64_C(10000000), rows);
        if (r != 0) {
                (void)arena_free(arena);
                return r;
        }
        const ServiceTable *service = entity->service;
        ModuleRuntime *modules = arena_array(arena, service->n_modules + 1, sizeof *modules);
        for (unsigned i = 0; i < service->n_modules; i++) {
                modules[i].module = service->modules[i].module;
                modules[i].hooks = service->modules[i].hooks;
                module_columns(arena, &modules[i]);
                module_custom(arena, &modules[i], rows[0]);
                module_sql(arena, &modules[i]);
        }
        *runtime = (Runtime){.arena = arena,
                .version = pg_int(rows[1], 0, 0),
                .made_at = clock_monotonic(),
                .n = service->n_modules,
                .modules = modules,
                .former = entity->runtime};
        if (entity->runtime)
                entity->runtime->left_at = runtime->made_at;
        entity->runtime = runtime;
        generations_trim(entity);
        return 0;
}

void runtime_done(Entity *entity)
{
        for (Runtime *old = entity->runtime; old;) {
                Runtime *former = old->former;
                generation_free(old);
                old = former;
        }
        entity->runtime = NULL;
}

const ModuleRuntime *runtime_module(const Entity *entity, Str name)
{
        for (unsigned i = 0; i < entity->runtime->n; i++)
                if (str_is(name, entity->runtime->modules[i].module->name))
                        return &entity->runtime->modules[i];
        return NULL;
}

static bool custom_key(Str name, Str *ret)
{
        static const Str prefix = {"custom.", 7};

        if (name.len <= prefix.len || memcmp(name.p, prefix.p, prefix.len) != 0)
                return false;
        *ret = (Str){name.p + prefix.len, name.len - prefix.len};
        return true;
}

const Field *runtime_field(const ModuleRuntime *module, Str name)
{
        Str key;

        if (!custom_key(name, &key))
                return message_field(module->module->message, name);
        for (unsigned i = 0; i < module->n_custom; i++)
                if (str_is(key, module->custom[i]->name))
                        return module->custom[i];
        return NULL;
}

const char *runtime_field_name(Arena *arena, const Field *field)
{
        return field->flags & FIELD_CUSTOM ? arena_printf(arena, "custom.%s", field->name) : field->name;
}

static bool key_valid(const char *key)
{
        size_t n = key ? strlen(key) : 0;

        if (n == 0 || n > 50 || key[0] < 'a' || key[0] > 'z')
                return false;
        for (size_t i = 0; i < n; i++)
                if (!((key[i] >= 'a' && key[i] <= 'z') || (key[i] >= '0' && key[i] <= '9') || key[i] == '_'))
                        return false;
        return true;
}

static bool kind_allowed(int kind)
{
        switch ((Kind)kind) {
        case KIND_TEXT:
        case KIND_LONG_TEXT:
        case KIND_INTEGER:
        case KIND_DECIMAL:
        case KIND_PERCENT:
        case KIND_MONEY:
        case KIND_BOOL:
        case KIND_DATE:
        case KIND_DATETIME:
        case KIND_PICKLIST:
        case KIND_EMAIL:
        case KIND_PHONE:
        case KIND_URL:
                return true;
        default:
                return false;
        }
}

static const char *options_json(Arena *arena, const Cauce__CustomField *field)
{
        StrBuf json = {.arena = arena};

        strbuf_putc(&json, '[');
        for (size_t i = 0; i < field->n_options; i++) {
                const Cauce__PicklistItem *item = field->options[i];
                strbuf_puts(&json, i ? ",{\"key\":" : "{\"key\":");
                json_put_string(&json, str_of(item->key));
                strbuf_puts(&json, ",\"es\":");
                json_put_string(&json, str_of(item->es));
                strbuf_puts(&json, ",\"en\":");
                json_put_string(&json, str_of(item->en ? item->en : item->es));
                strbuf_putc(&json, '}');
        }
        strbuf_putc(&json, ']');
        return json.p;
}

void runtime_create_field(Req *rq, const ModuleRuntime *module, const Cauce__CustomField *field)
{
        static const char once_sql[] =
                "WITH n AS (INSERT INTO custom_field (module, key, kind, es, en, section, list, required, options, position) "
                "SELECT $1, $2, $3::int4, $4, $5, $6, $7, $8, $9, "
                "coalesce((SELECT max(position) + 1 FROM custom_field WHERE module = $1), 0) "
                "WHERE NOT EXISTS (SELECT 1 FROM idem WHERE principal = $10 AND key = $11) "
                "ON CONFLICT DO NOTHING RETURNING key), "
                "i AS (INSERT INTO idem (principal, key, hash, record, version) "
                "SELECT $10, $11, $12, '00000000-0000-0000-0000-000000000000', 1 FROM n) "
                "SELECT nextval('meta_version') FROM n";
        static const char sql[] =
                "WITH n AS (INSERT INTO custom_field (module, key, kind, es, en, section, list, required, options, position) "
                "SELECT $1, $2, $3::int4, $4, $5, $6, $7, $8, $9, "
                "coalesce((SELECT max(position) + 1 FROM custom_field WHERE module = $1), 0) "
                "ON CONFLICT DO NOTHING RETURNING key) SELECT nextval('meta_version') FROM n";
        PgArgs *args = pg_args(rq->arena);
        int64_t version;
        PgRows *rows;
        Uuid none;

        if (!key_valid(field->key))
                req_fail(rq, INVALID_FIELD, "/key", "a-z 0-9 _");
        if (!kind_allowed(field->kind))
                req_fail(rq, INVALID_FIELD, "/kind", "kind");
        if (!field->es || !field->es[0])
                req_fail(rq, REQUIRED, "/es", NULL);
        if (module->n_custom >= 500)
                req_fail(rq, OUT_OF_RANGE, "/key", "500");
        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_text(args, str_of(field->key));
        (void)pg_arg_int4(args, field->kind);
        (void)pg_arg_text(args, str_of(field->es));
        (void)pg_arg_text(args, str_of(field->en ? field->en : field->es));
        (void)(field->section ? pg_arg_text(args, str_of(field->section)) : pg_arg_null(args, PG_TEXT));
        (void)pg_arg_bool(args, field->list);
        (void)pg_arg_bool(args, field->required);
        (void)pg_arg_jsonb(args, str_of(options_json(rq->arena, field)));
        if (rq->once) {
                (void)pg_arg_uuid(args, &rq->once->principal);
                (void)pg_arg_text(args, rq->once->key);
                (void)pg_arg_bytea(args, rq->once->hash, sizeof rq->once->hash);
        }
        const PgWrite write = {
                .stmt = {.sql = rq->once ? once_sql : sql, .args = args}, .table = "custom_field"};
        int r = pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, &rows);
        if ((r == PG_E_UNIQUE || (r == 0 && pg_rows(rows) == 0)) && rq->once &&
                once_done(rq, rq->once, &none, &version))
                return;
        req_pg(rq, r);
        if (pg_rows(rows) == 0)
                req_fail(rq, DUPLICATE, "/key", NULL);
        req_pg(rq, runtime_reload(rq->entity));
        bus_publish(rq->entity->bus, req_printf(rq, "poke.%s.meta", rq->entity->service->name), "", 0);
}
