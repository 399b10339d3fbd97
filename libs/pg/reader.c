/* The reader: pg_get and pg_read on one connection. What was asked for in a turn leaves as one segment: a
 * statement for all ids that were asked for with the same text, and the statements of pg_read. At most
 * READER_FLYING segments are under way, so that under load the next one gathers what comes meanwhile. */
#include "pg/heap.h"
#include "pg/pool.h"
#include "pg/read.h"
#include "pg/wire.h"

#define READER_FLYING 2

/* Plans are generic: they are made once, not at every call, and everything here goes by key. */
#define READER_SETTINGS "-c plan_cache_mode=force_generic_plan -c statement_timeout=5000"

/* What a segment asks: the ids of one text, or one pg_read. */
typedef struct Ask {
        ReadCall *read; /* the first of its batch */
        unsigned n;     /* ids */
        unsigned step;
        char *ids; /* uuid[]; NULL = a pg_read */
        uint32_t type;
        const char *value;
        int length;
} Ask;

typedef struct Batch {
        Pg *pg;
        unsigned n;
        Ask asks[];
} Batch;

/* ---- answers ---- */

/* Rows by id, an open table with room for twice their number. */
typedef struct RowIndex {
        const PGresult *result;
        unsigned mask;
        int *rows; /* -1 = free */
} RowIndex;

static unsigned id_hash(const void *id)
{
        uint64_t tail;

        memcpy(&tail, (const char *)id + 8, sizeof tail); /* the random half of a UUIDv7 */
        return (unsigned)((tail * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static void index_build(RowIndex *index, const PGresult *result)
{
        unsigned size = 16;

        while (size < 2 * (unsigned)PQntuples(result))
                size *= 2;
        *index = (RowIndex){.result = result, .mask = size - 1, .rows = heap_new(size * sizeof *index->rows)};
        for (unsigned i = 0; i < size; i++)
                index->rows[i] = -1;
        for (int row = 0; row < PQntuples(result); row++) {
                if (PQgetlength(result, row, 0) != sizeof(Uuid))
                        continue;
                unsigned at = id_hash(PQgetvalue(result, row, 0)) & index->mask;
                while (index->rows[at] >= 0)
                        at = (at + 1) & index->mask;
                index->rows[at] = row;
        }
}

static int index_find(const RowIndex *index, const Uuid *id)
{
        for (unsigned at = id_hash(id->b) & index->mask; index->rows[at] >= 0; at = (at + 1) & index->mask)
                if (memcmp(PQgetvalue(index->result, index->rows[at], 0), id->b, sizeof id->b) == 0)
                        return index->rows[at];
        return -1;
}

static void give_rows(ReadCall *read, PGresult *result)
{
        SharedResult *shared = pgshared_new(result);
        RowIndex index;

        index_build(&index, result);
        for (ReadCall *next; read; read = next) {
                next = read->next;
                read->shared = pgshared_ref(shared);
                read->row = index_find(&index, &read->id);
                pgcall_succeed(&read->call);
        }
        free(index.rows);
        pgshared_unref(shared);
}

static void give_failure(ReadCall *read, PgFailure *failure)
{
        for (ReadCall *next; read; read = next) {
                next = read->next;
                pgcall_finish(&read->call, pgfailure_ref(failure));
        }
        pgfailure_unref(failure);
}

static void ask_gets_end(const Ask *ask, Segment *segment, SegmentEnd end, CallQueue *again)
{
        PgFailure *failure = NULL;
        ReadFate fate = pgread_fate(segment, ask->step, 1, end, &failure);

        if (fate == READ_DONE && PQftype(segment->steps[ask->step].result, 0) != PG_UUID) {
                give_failure(ask->read, pgfailure_new(PG_FAULT, "the first column is not the id"));
        } else if (fate == READ_DONE) {
                give_rows(ask->read, pgsegment_take(segment, ask->step));
        } else if (fate == READ_FAILED) {
                give_failure(ask->read, failure);
        } else {
                for (ReadCall *read = ask->read, *next; read; read = next) {
                        next = read->next;
                        read->next = NULL;
                        if (pgread_may_repeat(read, fate))
                                pgqueue_add(again, &read->call);
                }
        }
}

static void on_done(Segment *segment, SegmentEnd end)
{
        Batch *batch = segment->owner;
        Reader *reader = &batch->pg->reader;
        CallQueue again;

        pgqueue_init(&again);
        for (unsigned i = 0; i < batch->n; i++) {
                Ask *ask = &batch->asks[i];

                if (ask->ids)
                        ask_gets_end(ask, segment, end, &again);
                else if (!pgread_settle(ask->read, segment, ask->step, end))
                        pgqueue_add(&again, &ask->read->call);
                free(ask->ids);
        }
        pgqueue_prepend(&reader->waiting, &again);
        reader->flying--;
        pgsegment_free(segment);
        free(batch);
}

/* ---- questions ---- */

/* The batch that asks with this text; few texts are asked for in one turn. */
static Ask *ask_of(Batch *batch, const char *sql)
{
        for (unsigned i = batch->n; i-- > 0;) {
                Ask *ask = &batch->asks[i];
                if (!ask->read->stmts && (ask->read->sql == sql || streq(ask->read->sql, sql)))
                        return ask;
        }
        return NULL;
}

static void batch_add(Batch *batch, ReadCall *read)
{
        Ask *ask = read->stmts ? NULL : ask_of(batch, read->sql);

        if (ask) {
                read->next = ask->read;
                ask->read = read;
        } else {
                ask = &batch->asks[batch->n++];
                ask->read = read;
        }
        ask->n++;
        read->call.state = CALL_SENT;
}

static void add_gets(Pg *pg, Segment *segment, Ask *ask)
{
        SegmentStep *step = &segment->steps[segment->n_steps];
        char *at;

        ask->ids = heap_new(WIRE_ARRAY_HEAD + ask->n * WIRE_UUID_ELEMENT);
        at = wire_array_head(ask->ids, PG_UUID, ask->n);
        for (const ReadCall *read = ask->read; read; read = read->next)
                at = wire_element(at, read->id.b, sizeof read->id.b);
        ask->type = PG_UUID_ARRAY;
        ask->value = ask->ids;
        ask->length = (int)(at - ask->ids);
        pgsegment_add_sql(segment, ask->read->sql);
        step->n_args = 1;
        step->types = &ask->type;
        step->values = &ask->value;
        step->lengths = &ask->length;
        pg->stats.get_statements++;
}

static void send_batch(Pg *pg)
{
        Reader *reader = &pg->reader;
        Batch *batch = heap_new(sizeof *batch + reader->waiting.n * sizeof *batch->asks);
        unsigned n_steps = 0;
        Segment *segment;
        Call *call;

        batch->pg = pg;
        while ((call = pgqueue_take(&reader->waiting)))
                batch_add(batch, (ReadCall *)call);
        for (unsigned i = 0; i < batch->n; i++)
                n_steps += batch->asks[i].read->stmts ? batch->asks[i].read->n : 1;
        segment = pgsegment_new(n_steps, true, on_done, batch);
        for (unsigned i = 0; i < batch->n; i++) {
                Ask *ask = &batch->asks[i];

                ask->step = segment->n_steps;
                if (!ask->read->stmts)
                        add_gets(pg, segment, ask);
                for (unsigned j = 0; j < ask->read->n; j++)
                        pgsegment_add(segment, &ask->read->stmts[j]);
        }
        reader->flying++;
        pgconn_send(reader->conn, segment);
}

void pgreader_flush(Pg *pg)
{
        Reader *reader = &pg->reader;

        if (reader->waiting.n && reader->flying < READER_FLYING && pgconn_usable(reader->conn))
                send_batch(pg);
}

int pg_get(Pg *pg, Arena *arena, const char *sql, const Uuid *id, int64_t deadline_us, PgRows **ret,
        int *ret_row)
{
        ReadCall *read = pgread_new(0, deadline_us);

        read->sql = sql;
        read->id = *id;
        pg->stats.gets++;
        pgqueue_add(&pg->reader.waiting, &read->call);
        return pgread_wait(read, pg->reader.conn, arena, ret, ret_row);
}

int pg_read(Pg *pg, Arena *arena, const PgStmt *stmts, unsigned n, int64_t deadline_us, PgRows **ret)
{
        ReadCall *read = pgread_new(n, deadline_us);

        read->stmts = stmts;
        read->n = n;
        pg->stats.reads++;
        pgqueue_add(&pg->reader.waiting, &read->call);
        return pgread_wait(read, pg->reader.conn, arena, ret, NULL);
}

/* ---- the connection ---- */

static void on_changed(PgConn *conn, void *arg)
{
        /* What waits leaves at the end of this turn. */
}

int pgreader_open(Pg *pg, PgFailure **ret_failure)
{
        pg->reader.conn = pgpool_conn(pg, "reader", READER_SETTINGS, on_changed, pg, ret_failure);
        return pg->reader.conn ? 0 : PG_FAULT;
}

void pgreader_close(Pg *pg)
{
        Reader *reader = &pg->reader;
        PgFailure *failure = pgfailure_new(PG_FAULT_DOWN, "closed");

        reader->conn = pgconn_free(reader->conn);
        pgqueue_finish(&reader->waiting, failure);
        pgfailure_unref(failure);
}
