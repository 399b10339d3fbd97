/* The statement that changes many records; the same columns, guard and events as sql_write.c's for one.
 * Values travel as the event's own jsonb, which PostgreSQL reads back into the columns. */
#include "entity/write_set.h"
#include "entity.pb-c.h"
#include "entity/storage.h"

typedef struct Sets {
        Arena *arena;
        unsigned n;
        bool folded; /* a searchable field may differ */
        Uuid *ids, *event_ids;
        int64_t *versions;
        Str *changed, *before, *after, *fold;
} Sets;

PgStmt stmt_records(Arena *arena, const ModuleRuntime *module, const char *rest, const PgArgs *args)
{
        return (PgStmt){.sql = arena_printf(arena, "SELECT %s FROM %s %s", module->sql_select,
                                module->module->table, rest),
                .args = args};
}

static Str json_of(Arena *arena, const ModuleRuntime *module, const ProtobufCMessage *record,
        const uint32_t *changed, unsigned n)
{
        StrBuf json = {.arena = arena};

        storage_put_json(&json, module->module, record, changed, n);
        return (Str){json.p, json.len};
}

static void add_row(Sets *sets, const ModuleRuntime *module, const Field *const *fields, unsigned n_fields,
        const SetRow *row)
{
        StrBuf list = {.arena = sets->arena};
        uint32_t *changed = arena_array(sets->arena, n_fields + 1, sizeof *changed);
        unsigned n = 0, i = sets->n;

        for (unsigned f = 0; f < n_fields; f++)
                if (record_differs(sets->arena, fields[f], row->before, row->after)) {
                        strbuf_printf(&list, "%c%u", n ? ',' : '{', fields[f]->number);
                        changed[n++] = fields[f]->number;
                }
        if (n == 0)
                return;
        sets->after[i] = json_of(sets->arena, module, row->after, changed, n);
        if (label_differs(sets->arena, module->module, row->before, row->after)) {
                strbuf_printf(&list, ",%u", TAG_LABEL);
                changed[n++] = TAG_LABEL;
        }
        strbuf_putc(&list, '}');
        sets->ids[i] = record_id(row->before);
        sets->event_ids[i] = uuid_v7();
        sets->versions[i] = record_head(row->before)->version;
        sets->changed[i] = (Str){list.p, list.len};
        sets->before[i] = json_of(sets->arena, module, row->before, changed, n);
        if (sets->folded)
                sets->fold[i] = record_fold(sets->arena, module, row->after);
        sets->n++;
}

static Sets sets_of(Arena *arena, const ModuleRuntime *module, const Field *const *fields, unsigned n_fields,
        const SetRow *rows, unsigned n)
{
        Sets sets = {.arena = arena,
                .ids = arena_array(arena, n, sizeof(Uuid)),
                .event_ids = arena_array(arena, n, sizeof(Uuid)),
                .versions = arena_array(arena, n, sizeof(int64_t)),
                .changed = arena_array(arena, n, sizeof(Str)),
                .before = arena_array(arena, n, sizeof(Str)),
                .after = arena_array(arena, n, sizeof(Str)),
                .fold = arena_array(arena, n, sizeof(Str))};

        for (unsigned f = 0; f < n_fields; f++)
                sets.folded |= (fields[f]->flags & FIELD_SEARCHABLE) != 0;
        for (unsigned i = 0; i < n; i++)
                add_row(&sets, module, fields, n_fields, &rows[i]);
        return sets;
}

static const char *sql_of(
        Arena *arena, const ModuleRuntime *module, const Field *const *fields, unsigned n_fields, bool folded)
{
        StrBuf into = {.arena = arena}, from = {.arena = arena};

        for (unsigned f = 0; f < n_fields; f++) {
                strbuf_printf(&into, "%s%s", f ? ", " : "", fields[f]->name);
                strbuf_printf(&from, "%sp.%s", f ? ", " : "", fields[f]->name);
        }
        return arena_printf(arena,
                "WITH x AS (SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::text[], $5::text[], "
                "$6::text[]%s) AS x(id, version, event_id, changed, before, after%s)), "
                "u AS (UPDATE %s l SET version = l.version + 1, updated_at = $7, updated_by = $8%s, "
                "(%s) = (SELECT %s FROM jsonb_populate_record(l, x.after::jsonb) p) "
                "FROM x WHERE l.id = ANY($1) AND l.id = x.id AND l.version = x.version "
                "RETURNING l.id, l.version, l.label), "
                "e AS (INSERT INTO event (event_id, module, record, version, type, at, actor, trace, changed, before, after) "
                "SELECT x.event_id, '%s', u.id, u.version, %d, $7, $8, $9, x.changed::int4[], x.before::jsonb, "
                "x.after::jsonb || jsonb_build_object('label', u.label) FROM u JOIN x ON x.id = u.id RETURNING seq), "
                "o AS (INSERT INTO outbox (seq) SELECT seq FROM e) "
                "SELECT id FROM u",
                folded ? ", $10::text[]" : "", folded ? ", fold" : "", module->module->table,
                folded ? ", fold = x.fold" : "", into.p, from.p, module->module->name,
                CAUCE__EVENT_TYPE__EVENT_TYPE_UPDATED);
}

PgStmt stmt_update_set(Arena *arena, const ModuleRuntime *module, const Field *const *fields,
        unsigned n_fields, const SetRow *rows, unsigned n, const WriteEvent *event, unsigned *ret_n)
{
        Sets sets = sets_of(arena, module, fields, n_fields, rows, n);
        PgArgs *args = pg_args(arena);

        (void)pg_arg_uuid_array(args, sets.ids, sets.n);
        (void)pg_arg_int8_array(args, sets.versions, sets.n);
        (void)pg_arg_uuid_array(args, sets.event_ids, sets.n);
        (void)pg_arg_text_array(args, sets.changed, sets.n);
        (void)pg_arg_text_array(args, sets.before, sets.n);
        (void)pg_arg_text_array(args, sets.after, sets.n);
        (void)pg_arg_timestamptz(args, event->at);
        (void)(uuid_is_nil(&event->actor) ? pg_arg_null(args, PG_UUID) : pg_arg_uuid(args, &event->actor));
        (void)pg_arg_text(args, str_of(event->trace));
        if (sets.folded)
                (void)pg_arg_text_array(args, sets.fold, sets.n);
        *ret_n = sets.n;
        return (PgStmt){.sql = sql_of(arena, module, fields, n_fields, sets.folded), .args = args};
}
