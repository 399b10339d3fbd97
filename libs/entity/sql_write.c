/* The text and the parameters of creating and changing one record. */
#include "entity/sql_write.h"
#include "cauce.pb-c.h"
#include "entity.pb-c.h"
#include "entity/storage.h"

/* Columns that the database itself fills. */
static bool column_given(const Field *field)
{
        return field->number != TAG_VERSION && field->number != TAG_LABEL && field->number != TAG_NUMBER &&
               field->number != TAG_DELETED_AT;
}

OnceKind once_kind(const WriteOnce *once)
{
        return !once ? ONCE_NOT : once->part == 0 ? ONCE_WHOLE : ONCE_PART;
}

/* "NOT EXISTS (…)": the key is new. Its parameters are $first…: principal, key, hash, part. */
static void put_guard(StrBuf *sql, OnceKind once, unsigned first)
{
        strbuf_printf(
                sql, "NOT EXISTS (SELECT 1 FROM idem WHERE principal = $%u AND key = $%u", first, first + 1);
        if (once == ONCE_PART)
                strbuf_printf(sql, " AND part = $%u", first + 3);
        strbuf_putc(sql, ')');
}

/* "i AS (INSERT INTO idem …), " for the effect in `from`, which has id and version. */
static void put_once(StrBuf *sql, unsigned first, const char *from)
{
        strbuf_printf(sql,
                "i AS (INSERT INTO idem (principal, key, hash, part, record, version) "
                "SELECT $%u, $%u, $%u, $%u, id, version FROM %s), ",
                first, first + 1, first + 2, first + 3, from);
}

static void args_once(PgArgs *args, const WriteOnce *once)
{
        (void)pg_arg_uuid(args, &once->principal);
        (void)pg_arg_text(args, once->key);
        (void)pg_arg_bytea(args, once->hash, sizeof once->hash);
        (void)pg_arg_int4(args, once->part);
}

const char *sql_create(Arena *arena, const ModuleRuntime *module, OnceKind once)
{
        const char *table = module->module->table, *name = module->module->name;
        StrBuf columns = {.arena = arena}, values = {.arena = arena};
        unsigned n = 0;

        for (unsigned i = 0; i < module->n_columns; i++) {
                if (!column_given(module->columns[i]))
                        continue;
                strbuf_printf(&columns, "%s, ", module->columns[i]->name);
                strbuf_printf(&values, "$%u, ", ++n);
        }
        unsigned fold = ++n, event = n + 1, key = n + 7;
        StrBuf guard = {.arena = arena}, idem = {.arena = arena};
        strbuf_puts(&guard, "");
        strbuf_puts(&idem, "");
        if (once) {
                strbuf_puts(&guard, " WHERE ");
                put_guard(&guard, once, key);
                put_once(&idem, key, "r");
        }
        return arena_printf(arena,
                "WITH r AS (INSERT INTO %s (%sfold) SELECT %s$%u%s ON CONFLICT DO NOTHING "
                "RETURNING id, version, number, label, created_at), "
                "e AS (INSERT INTO event (event_id, module, record, version, type, at, actor, trace, changed, job, after) "
                "SELECT $%u, '%s', r.id, r.version, 1, r.created_at, $%u, $%u, $%u::int8[]::int4[], $%u, "
                "$%u || jsonb_build_object('label', r.label, 'number', r.number) FROM r RETURNING seq), "
                "%so AS (INSERT INTO outbox (seq) SELECT seq FROM e) "
                "SELECT version, number, label FROM r",
                table, columns.p, values.p, fold, guard.p, event, name, event + 1, event + 2, event + 3,
                event + 4, event + 5, idem.p);
}

static void args_event(PgArgs *args, const WriteEvent *event)
{
        (void)pg_arg_uuid(args, &event->event_id);
        (void)(uuid_is_nil(&event->actor) ? pg_arg_null(args, PG_UUID) : pg_arg_uuid(args, &event->actor));
        (void)pg_arg_text(args, str_of(event->trace));
        (void)pg_arg_int8_array(args, event->changed, event->n_changed);
        (void)(uuid_is_nil(&event->job) ? pg_arg_null(args, PG_UUID) : pg_arg_uuid(args, &event->job));
}

static unsigned arg_column(PgArgs *args, const ProtobufCMessage *record, const Field *field)
{
        Store store = store_of(field->kind);
        Value value;

        if (store == STORE_CUSTOM) {
                StrBuf json = {.arena = args->arena};
                storage_put_custom(&json, record_head(record)->custom);
                value = (Value){.text = {json.p, json.len}};
        } else {
                value = record_get(args->arena, record, field);
        }
        return value_arg(args, store, &value);
}

PgArgs *args_create(Arena *arena, const ModuleRuntime *module, const ProtobufCMessage *record, Str fold,
        const WriteEvent *event, const WriteOnce *once)
{
        PgArgs *args = pg_args(arena);

        for (unsigned i = 0; i < module->n_columns; i++)
                if (column_given(module->columns[i]))
                        (void)arg_column(args, record, module->columns[i]);
        (void)pg_arg_text(args, fold);
        args_event(args, event);
        (void)pg_arg_jsonb(args, event->after);
        if (once)
                args_once(args, once);
        return args;
}

PgStmt stmt_update(Arena *arena, const ModuleRuntime *module, const Uuid *id, int64_t version, int type,
        const ProtobufCMessage *record, const Field *const *fields, unsigned n, Str fold,
        const WriteEvent *event, const WriteOnce *once)
{
        const char *table = module->module->table;
        StrBuf sql = {.arena = arena}, idem = {.arena = arena};
        PgArgs *args = pg_args(arena);

        (void)pg_arg_uuid(args, id);
        (void)pg_arg_int8(args, version);
        (void)pg_arg_timestamptz(args, event->at);
        args_event(args, event); /* $4-$8 */
        (void)pg_arg_jsonb(args, event->before);
        (void)pg_arg_jsonb(args, event->after);
        strbuf_printf(&sql,
                "WITH u AS (UPDATE %s SET version = version + 1, updated_at = $3, updated_by = $5", table);
        for (unsigned i = 0; i < n; i++)
                strbuf_printf(&sql, ", %s = $%u", fields[i]->name, arg_column(args, record, fields[i]));
        if (fold.p)
                strbuf_printf(&sql, ", fold = $%u", pg_arg_text(args, fold));
        strbuf_printf(&sql, " WHERE id = $1 AND version = $2 AND deleted_at IS %sNULL",
                type == CAUCE__EVENT_TYPE__EVENT_TYPE_RESTORED ? "NOT " : "");
        strbuf_puts(&idem, "");
        if (once) {
                unsigned key = args->n + 1;
                strbuf_puts(&sql, " AND ");
                put_guard(&sql, once_kind(once), key);
                put_once(&idem, key, "u");
                args_once(args, once);
        }
        strbuf_printf(&sql,
                " RETURNING id, version, label), "
                "e AS (INSERT INTO event (event_id, module, record, version, type, at, actor, trace, changed, job, before, after) "
                "SELECT $4, '%s', u.id, u.version, %d, $3, $5, $6, $7::int8[]::int4[], $8, $9, "
                "$10 || jsonb_build_object('label', u.label) FROM u RETURNING seq), "
                "%so AS (INSERT INTO outbox (seq) SELECT seq FROM e) "
                "SELECT version, label FROM u",
                module->module->name, type, idem.p);
        return (PgStmt){.sql = sql.p, .args = args};
}

Str record_fold(Arena *arena, const ModuleRuntime *module, const ProtobufCMessage *record)
{
        StrBuf fold = {.arena = arena};

        strbuf_puts(&fold, "");
        for (unsigned i = 0; i < module->n_columns; i++) {
                const Field *field = module->columns[i];
                if (!(field->flags & FIELD_SEARCHABLE) || store_of(field->kind) != STORE_TEXT)
                        continue;
                Value value = record_get(arena, record, field);
                if (value.null)
                        continue;
                Str folded = text_fold(arena, value.text);
                strbuf_putc(&fold, ' ');
                strbuf_put(&fold, folded.p, folded.len);
        }
        return (Str){fold.p, fold.len};
}

/* What the label is made of: the first of its fields that is not empty; its number says which. */
static Value label_source(
        Arena *arena, const Module *module, const ProtobufCMessage *record, unsigned *ret_which)
{
        Value value = {.null = true};

        for (*ret_which = 0; *ret_which < module->n_label_from; (*ret_which)++) {
                const Field *field = message_field(module->message, str_of(module->label_from[*ret_which]));
                value = record_get(arena, record, field);
                if (!value.null && value.text.len > 0)
                        break;
        }
        return value;
}

bool label_differs(
        Arena *arena, const Module *module, const ProtobufCMessage *before, const ProtobufCMessage *after)
{
        unsigned from, to;
        Value a = label_source(arena, module, before, &from), b = label_source(arena, module, after, &to);

        return from != to || !value_equal(STORE_TEXT, &a, &b);
}
