/* One transaction of an import: COPY of the records, their events in batches by partition, rejects, position.
 */
#include <stdlib.h>

#include "entity.pb-c.h"
#include "entity/events.h"
#include "entity/import_chunk.h"
#include "entity/record.h"
#include "entity/sql_write.h"
#include "entity/storage.h"

#define BATCH_ROWS 500

static bool copied(const Field *field)
{
        return field->number != TAG_LABEL && field->number != TAG_NUMBER && field->number != TAG_DELETED_AT;
}

/* ---- COPY's text format ---- */

static void put_text(StrBuf *out, Str text)
{
        for (size_t i = 0; i < text.len; i++) {
                switch (text.p[i]) {
                case '\\':
                        strbuf_puts(out, "\\\\");
                        break;
                case '\n':
                        strbuf_puts(out, "\\n");
                        break;
                case '\r':
                        strbuf_puts(out, "\\r");
                        break;
                case '\t':
                        strbuf_puts(out, "\\t");
                        break;
                default:
                        strbuf_putc(out, text.p[i]);
                }
        }
}

/* {"a","b"} of a text[], itself escaped for COPY. */
static void put_texts(Arena *arena, StrBuf *out, const Value *value)
{
        StrBuf array = {.arena = arena};

        strbuf_putc(&array, '{');
        for (unsigned i = 0; i < value->n; i++) {
                strbuf_puts(&array, i ? ",\"" : "\"");
                for (size_t j = 0; j < value->texts[i].len; j++) {
                        char c = value->texts[i].p[j];
                        if (c == '"' || c == '\\')
                                strbuf_putc(&array, '\\');
                        strbuf_putc(&array, c);
                }
                strbuf_putc(&array, '"');
        }
        strbuf_putc(&array, '}');
        put_text(out, (Str){array.p, array.len});
}

static void put_column(Arena *arena, StrBuf *out, const ProtobufCMessage *record, const Field *field)
{
        Store store = store_of(field->kind);
        char text[UUID_TEXT + 1];

        if (store == STORE_CUSTOM) {
                StrBuf json = {.arena = arena};
                storage_put_custom(&json, record_head(record)->custom);
                put_text(out, (Str){json.p, json.len});
                return;
        }
        Value value = record_get(arena, record, field);
        if (value.null) {
                strbuf_puts(out, "\\N");
                return;
        }
        switch (store) {
        case STORE_TEXT:
                put_text(out, value.text);
                break;
        case STORE_BOOL:
                strbuf_putc(out, value.number ? 't' : 'f');
                break;
        case STORE_DATE:
                date_format((int32_t)value.number, text);
                strbuf_puts(out, text);
                break;
        case STORE_TIME:
                instant_format(value.number, text);
                strbuf_puts(out, text);
                break;
        case STORE_UUID:
                uuid_format(&value.uuid, text);
                strbuf_puts(out, text);
                break;
        case STORE_TEXTS:
                put_texts(arena, out, &value);
                break;
        default:
                strbuf_put_i64(out, value.number);
        }
}

static int copy_records(const ModuleRuntime *module, const JobRun *job, const Chunk *chunk)
{
        Arena *arena = chunk->arena;
        StrBuf sql = {.arena = arena}, data = {.arena = arena};
        int64_t n;

        strbuf_printf(&sql, "COPY %s (", module->module->table);
        for (unsigned i = 0; i < module->n_columns; i++)
                if (copied(module->columns[i]))
                        strbuf_printf(&sql, "%s, ", module->columns[i]->name);
        strbuf_puts(&sql, "fold) FROM STDIN");
        for (unsigned row = 0; row < chunk->n; row++) {
                const ProtobufCMessage *record = chunk->rows[row].record;
                if (!record)
                        continue;
                for (unsigned i = 0; i < module->n_columns; i++) {
                        if (!copied(module->columns[i]))
                                continue;
                        put_column(arena, &data, record, module->columns[i]);
                        strbuf_putc(&data, '\t');
                }
                put_text(&data, record_fold(arena, module, record));
                strbuf_putc(&data, '\n');
        }
        int r = pg_copy_begin(job->conn, sql.p);
        if (r == 0)
                r = pg_copy_put(job->conn, data.p, data.len);
        return r == 0 ? pg_copy_end(job->conn, &n) : r;
}

/* ---- events ---- */

static int by_partition(const void *a, const void *b)
{
        const ChunkRow *const *x = a, *const *y = b;
        unsigned p = uuid_partition(&(*x)->id), q = uuid_partition(&(*y)->id);

        return p != q ? (p < q ? -1 : 1) : uuid_compare(&(*x)->id, &(*y)->id);
}

/* Inside of the transaction and after its first write: whoever reads how far the events are settled takes an
 * xid after the sequence's last value, and waits for transactions with a lower one. */
static int take_seqs(const JobRun *job, Arena *arena, unsigned n, int64_t **ret)
{
        static const char sql[] =
                "SELECT nextval(pg_get_serial_sequence('event', 'seq')) FROM generate_series(1, $1)";
        PgArgs *args = pg_args(arena);
        PgRows *rows;

        (void)pg_arg_int4(args, (int32_t)n);
        int r = pg_conn_exec(job->conn, arena, &(PgStmt){sql, args}, 1, &rows);
        int64_t *seqs = arena_array(arena, n, sizeof *seqs);
        for (int row = 0; r == 0 && row < pg_rows(rows); row++)
                seqs[row] = pg_int(rows, row, 0);
        *ret = seqs;
        return r;
}

typedef struct EventRows {
        Arena *arena;
        unsigned n, n_batches;
        Uuid *ids, *event_ids;
        Str *after, *changed;
        int64_t *batch;        /* head of each row's batch */
        int64_t *first, *last; /* of the batches */
} EventRows;

static void event_row(const ModuleRuntime *module, EventRows *events, const ChunkRow *row)
{
        StrBuf json = {.arena = events->arena}, changed = {.arena = events->arena};
        unsigned i = events->n++;

        storage_put_json(&json, module->module, row->record, NULL, 0);
        strbuf_putc(&changed, '{');
        for (unsigned c = 0; c < module->n_columns; c++)
                if (record_has(row->record, module->columns[c]))
                        strbuf_printf(
                                &changed, "%s%u", changed.len > 1 ? "," : "", module->columns[c]->number);
        strbuf_putc(&changed, '}');
        events->ids[i] = row->id;
        events->event_ids[i] = uuid_v7();
        events->after[i] = (Str){json.p, json.len};
        events->changed[i] = (Str){changed.p, changed.len};
}

static void event_batches(EventRows *events, const int64_t *seqs)
{
        for (unsigned i = 0; i < events->n; i++) {
                unsigned b = events->n_batches;
                bool fresh = b == 0 ||
                             uuid_partition(&events->ids[i]) != uuid_partition(&events->ids[i - 1]) ||
                             seqs[i] - events->first[b - 1] >= BATCH_ROWS;
                if (fresh)
                        events->first[events->n_batches++] = seqs[i];
                events->last[events->n_batches - 1] = seqs[i];
                events->batch[i] = events->first[events->n_batches - 1];
        }
}

static EventRows *events_of(const ModuleRuntime *module, const Chunk *chunk, unsigned good)
{
        EventRows *events = arena_alloc(chunk->arena, sizeof *events);
        const ChunkRow **sorted = arena_array(chunk->arena, good, sizeof *sorted);
        unsigned n = 0;

        *events = (EventRows){.arena = chunk->arena,
                .ids = arena_array(chunk->arena, good, sizeof(Uuid)),
                .event_ids = arena_array(chunk->arena, good, sizeof(Uuid)),
                .after = arena_array(chunk->arena, good, sizeof(Str)),
                .changed = arena_array(chunk->arena, good, sizeof(Str)),
                .batch = arena_array(chunk->arena, good, sizeof(int64_t)),
                .first = arena_array(chunk->arena, good, sizeof(int64_t)),
                .last = arena_array(chunk->arena, good, sizeof(int64_t))};
        for (unsigned i = 0; i < chunk->n; i++)
                if (chunk->rows[i].record)
                        sorted[n++] = &chunk->rows[i];
        qsort(sorted, n, sizeof *sorted, by_partition);
        for (unsigned i = 0; i < n; i++)
                event_row(module, events, sorted[i]);
        return events;
}

static int insert_events(
        const ModuleRuntime *module, const JobRun *job, const EventRows *events, const int64_t *seqs)
{
        static const char sql[] =
                "INSERT INTO event (seq, event_id, module, record, version, type, at, actor, job, batch, changed, after) "
                "SELECT x.seq, x.event_id, $1, l.id, l.version, 1, l.created_at, $2, $3, x.batch, x.changed::int4[], "
                "x.after::jsonb || jsonb_build_object('label', l.label, 'number', l.number) "
                "FROM unnest($4::int8[], $5::uuid[], $6::uuid[], $7::int8[], $8::text[], $9::text[]) "
                "AS x(seq, event_id, id, batch, changed, after) JOIN %s l ON l.id = x.id";
        static const char outbox_sql[] =
                "INSERT INTO outbox (seq, last_seq) SELECT * FROM unnest($1::int8[], $2::int8[])";
        PgArgs *args = pg_args(events->arena), *outbox = pg_args(events->arena);
        PgRows *rows[2];

        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_uuid(args, &job->created_by);
        (void)pg_arg_uuid(args, &job->id);
        (void)pg_arg_int8_array(args, seqs, events->n);
        (void)pg_arg_uuid_array(args, events->event_ids, events->n);
        (void)pg_arg_uuid_array(args, events->ids, events->n);
        (void)pg_arg_int8_array(args, events->batch, events->n);
        (void)pg_arg_text_array(args, events->changed, events->n);
        (void)pg_arg_text_array(args, events->after, events->n);
        (void)pg_arg_int8_array(outbox, events->first, events->n_batches);
        (void)pg_arg_int8_array(outbox, events->last, events->n_batches);
        const PgStmt stmts[] = {
                {arena_printf(events->arena, sql, module->module->table), args}, {outbox_sql, outbox}};
        return pg_conn_exec(job->conn, events->arena, stmts, 2, rows);
}

/* ---- the job's own rows ---- */

static int settle(const JobRun *job, const Chunk *chunk, unsigned good, int64_t position)
{
        static const char reject_sql[] =
                "INSERT INTO job_reject (job, line, field, code, args) VALUES ($1, $2, $3, $4, $5) "
                "ON CONFLICT DO NOTHING";
        static const char sql[] =
                "UPDATE job SET state = 'running', position = $2, done = done + $3, rejected = rejected + $4 "
                "WHERE id = $1 AND state IN ('waiting', 'running') RETURNING id";
        PgStmt *stmts = arena_array(chunk->arena, chunk->n + 1, sizeof *stmts);
        PgRows **rows = arena_array(chunk->arena, chunk->n + 1, sizeof *rows);
        unsigned n = 0;

        for (unsigned i = 0; i < chunk->n; i++) {
                const ChunkRow *row = &chunk->rows[i];
                if (row->record)
                        continue;
                PgArgs *args = pg_args(chunk->arena);
                Str texts[REQ_ARGS_MAX];
                unsigned n_texts = 0;
                while (n_texts < REQ_ARGS_MAX && row->problem.args[n_texts]) {
                        texts[n_texts] = str_of(row->problem.args[n_texts]);
                        n_texts++;
                }
                (void)pg_arg_uuid(args, &job->id);
                (void)pg_arg_int8(args, row->line);
                (void)(row->problem.field ? pg_arg_text(args, str_of(row->problem.field))
                                          : pg_arg_null(args, PG_TEXT));
                (void)pg_arg_text(args, str_of(msg_key(row->problem.code)));
                (void)pg_arg_text_array(args, texts, n_texts);
                stmts[n++] = (PgStmt){reject_sql, args};
        }
        PgArgs *args = pg_args(chunk->arena);
        (void)pg_arg_uuid(args, &job->id);
        (void)pg_arg_int8(args, position);
        (void)pg_arg_int8(args, good);
        (void)pg_arg_int8(args, (int64_t)chunk->n - good);
        stmts[n++] = (PgStmt){sql, args};
        int r = pg_conn_exec(job->conn, chunk->arena, stmts, n, rows);
        return r == 0 && pg_rows(rows[n - 1]) == 0 ? JOB_ENDED : r;
}

/* The records that passed, and their events. */
static int write_good(const ModuleRuntime *module, const JobRun *job, const Chunk *chunk, unsigned good)
{
        EventRows *events = events_of(module, chunk, good);
        int64_t *seqs;

        int r = copy_records(module, job, chunk);
        if (r == 0)
                r = take_seqs(job, chunk->arena, good, &seqs);
        if (r != 0)
                return r;
        event_batches(events, seqs);
        return insert_events(module, job, events, seqs);
}

int chunk_commit(
        Entity *entity, const ModuleRuntime *module, const JobRun *job, Chunk *chunk, int64_t position)
{
        unsigned good = 0;

        for (unsigned i = 0; i < chunk->n; i++)
                good += chunk->rows[i].record != NULL;
        int r = pg_conn_script(job->conn, "BEGIN");
        if (r == 0 && good > 0)
                r = write_good(module, job, chunk, good);
        if (r == 0)
                r = settle(job, chunk, good, position);
        if (r == 0)
                r = pg_conn_script(job->conn, "COMMIT");
        if (r > 0)
                (void)pg_conn_script(job->conn, "ROLLBACK");
        if (r == 0)
                relay_poke(entity);
        return r;
}
