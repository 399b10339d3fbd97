/* Segments: sends their statements, prepared once per connection inside the same segment, and gives their
 * results back in order. libpq answers a segment as: deallocations, then for every step its preparation if it
 * was new and its result, then the sync. After an error the rest is answered "aborted". */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "pg/conn.h"
#include "pg/heap.h"

#define DROPPED_MAX 8 /* deallocations in front of one segment */

Segment *pgsegment_new(
        unsigned max_steps, bool prepare, void (*done)(Segment *segment, SegmentEnd end), void *owner)
{
        Segment *segment = heap_new(sizeof *segment + max_steps * sizeof *segment->steps);

        segment->done = done;
        segment->owner = owner;
        segment->prepare = prepare;
        segment->max_steps = max_steps;
        return segment;
}

Segment *pgsegment_free(Segment *segment)
{
        if (!segment)
                return NULL;
        for (unsigned i = 0; i < segment->n_steps; i++)
                PQclear(segment->steps[i].result);
        PQclear(segment->error);
        free(segment);
        return NULL;
}

void pgsegment_add(Segment *segment, const PgStmt *stmt)
{
        const PgArgs *args = stmt->args;
        SegmentStep *step = &segment->steps[segment->n_steps++];

        assert(segment->n_steps <= segment->max_steps);
        step->sql = stmt->sql;
        if (!args)
                return;
        step->n_args = args->n;
        step->types = args->types;
        step->values = args->values;
        step->lengths = args->lengths;
}

void pgsegment_add_sql(Segment *segment, const char *sql)
{
        pgsegment_add(segment, &(PgStmt){.sql = sql});
}

PGresult *pgsegment_take(Segment *segment, unsigned step)
{
        PGresult *result = segment->steps[step].result;

        segment->steps[step].result = NULL;
        return result;
}

/* ---- sending ---- */

/* Every parameter is binary. */
static const int *formats(void)
{
        static int binary[PG_ARGS_MAX];

        if (!binary[0])
                for (unsigned i = 0; i < PG_ARGS_MAX; i++)
                        binary[i] = 1;
        return binary;
}

static bool send_dropped(PgConn *conn, Segment *segment)
{
        char name[16], sql[32];

        while (segment->n_dropped < DROPPED_MAX && pgprepared_take_dropped(&conn->prepared, name)) {
                (void)snprintf(sql, sizeof sql, "DEALLOCATE %s", name);
                segment->n_dropped++;
                if (!PQsendQueryParams(conn->pq, sql, 0, NULL, NULL, NULL, NULL, 1))
                        return false;
        }
        return true;
}

static bool send_prepared(PgConn *conn, SegmentStep *step)
{
        step->prepared =
                pgprepared_get(&conn->prepared, step->sql, step->n_args, step->types, &step->preparing);
        if (step->preparing &&
                !PQsendPrepare(conn->pq, step->prepared->name, step->sql, (int)step->n_args, step->types))
                return false;
        return PQsendQueryPrepared(
                conn->pq, step->prepared->name, (int)step->n_args, step->values, step->lengths, formats(), 1);
}

static bool send_step(PgConn *conn, const Segment *segment, SegmentStep *step)
{
        if (segment->prepare)
                return send_prepared(conn, step);
        return PQsendQueryParams(conn->pq, step->sql, (int)step->n_args, step->types, step->values,
                step->lengths, formats(), 1);
}

static bool send_all(PgConn *conn, Segment *segment)
{
        if (segment->prepare && !send_dropped(conn, segment))
                return false;
        for (unsigned i = 0; i < segment->n_steps; i++)
                if (!send_step(conn, segment, &segment->steps[i]))
                        return false;
        return PQpipelineSync(conn->pq);
}

void pgconn_send(PgConn *conn, Segment *segment)
{
        assert(conn->state == CONN_UP && !conn->plain);
        TAILQ_INSERT_TAIL(&conn->segments, segment, link);
        if (conn->breaking)
                return;
        if (!send_all(conn, segment) || pgconn_flush(conn) < 0)
                pgconn_break(conn);
}

/* ---- receiving ---- */

static void step_release(PgConn *conn, SegmentStep *step)
{
        if (step->prepared)
                pgprepared_release(&conn->prepared, step->prepared);
        step->prepared = NULL;
}

/* Keeps the segment's first error. */
static void segment_fail(Segment *segment, PGresult *error)
{
        if (segment->error) {
                PQclear(error);
                return;
        }
        segment->error = error;
        segment->failed = segment->at;
}

static void on_prepared(PgConn *conn, Segment *segment, SegmentStep *step, PGresult *result)
{
        step->preparing = false;
        if (PQresultStatus(result) == PGRES_COMMAND_OK) {
                step->prepared->ready = true;
                PQclear(result);
                return;
        }
        pgprepared_drop(&conn->prepared, step->prepared);
        if (PQresultStatus(result) == PGRES_FATAL_ERROR)
                segment_fail(segment, result);
        else
                PQclear(result);
}

/* A prepared statement that PostgreSQL does not know, or whose table has changed, is prepared anew next time.
 */
static void drop_stale(PgConn *conn, SegmentStep *step, const PGresult *error)
{
        PgFailure *failure = pgfailure_of(error);

        if (step->prepared && failure->kind == FAILURE_STALE_PLAN) {
                if (strcmp(PQresultErrorField(error, PG_DIAG_SQLSTATE), "26000") == 0)
                        step->prepared->ready = false;
                pgprepared_drop(&conn->prepared, step->prepared);
        }
        pgfailure_unref(failure);
}

static void on_step(PgConn *conn, Segment *segment, SegmentStep *step, PGresult *result)
{
        switch (PQresultStatus(result)) {
        case PGRES_TUPLES_OK:
        case PGRES_COMMAND_OK:
        case PGRES_EMPTY_QUERY:
                step->result = result;
                break;
        case PGRES_FATAL_ERROR:
                drop_stale(conn, step, result);
                segment_fail(segment, result);
                break;
        case PGRES_PIPELINE_ABORTED:
                PQclear(result);
                break;
        default: /* COPY has no place in a pipeline */
                PQclear(result);
                pgconn_break(conn);
                break;
        }
        step_release(conn, step);
        segment->at++;
}

static void on_result(PgConn *conn, Segment *segment, PGresult *result)
{
        SegmentStep *step = segment->at < segment->n_steps ? &segment->steps[segment->at] : NULL;

        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
                PQclear(result);
                TAILQ_REMOVE(&conn->segments, segment, link);
                segment->done(segment, segment->error ? SEGMENT_FAILED : SEGMENT_OK);
        } else if (segment->n_dropped) {
                segment->n_dropped--;
                if (PQresultStatus(result) == PGRES_FATAL_ERROR)
                        segment_fail(segment, result);
                else
                        PQclear(result);
        } else if (!step) {
                segment_fail(segment, result);
        } else if (step->preparing) {
                on_prepared(conn, segment, step, result);
        } else {
                on_step(conn, segment, step, result);
        }
}

/* libpq makes an error without a SQLSTATE when the connection is gone. */
static bool is_loss(const PGresult *result)
{
        return PQresultStatus(result) == PGRES_FATAL_ERROR && !PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

void pgpipeline_receive(PgConn *conn)
{
        Segment *segment;
        unsigned ends =
                0; /* NULLs in a row: one stands after each result, two would be an answer we don't expect */

        while (!conn->breaking && (segment = TAILQ_FIRST(&conn->segments)) && !PQisBusy(conn->pq)) {
                PGresult *result = PQgetResult(conn->pq);

                if (!result) {
                        if (++ends > 1)
                                pgconn_break(conn);
                        continue;
                }
                ends = 0;
                if (is_loss(result)) {
                        PQclear(result);
                        pgconn_break(conn);
                        return;
                }
                on_result(conn, segment, result);
        }
}

/* An error was answered for a step, or the sync never left: then PostgreSQL has rolled it back. */
static bool surely_not_done(const Segment *segment)
{
        return !segment->flushed || (segment->error && segment->failed < segment->n_steps);
}

void pgpipeline_lose(PgConn *conn)
{
        struct SegmentList lost = TAILQ_HEAD_INITIALIZER(lost);
        Segment *segment;

        TAILQ_CONCAT(&lost, &conn->segments, link);
        TAILQ_FOREACH(segment, &lost, link)
        for (unsigned i = 0; i < segment->n_steps; i++)
                step_release(conn, &segment->steps[i]);
        pgprepared_done(&conn->prepared);
        while ((segment = TAILQ_FIRST(&lost))) {
                TAILQ_REMOVE(&lost, segment, link);
                segment->done(segment, surely_not_done(segment) ? SEGMENT_NOT_DONE : SEGMENT_UNKNOWN);
        }
}
