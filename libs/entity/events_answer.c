/* Answers rpc.<service>.events and rpc.<service>.<module>.scan: the log and the records, for those who copy.
 */
#include <string.h>

#include "entity/authz_wait.h"
#include "entity/event_wire.h"
#include "entity/events_private.h"
#include "entity/record.h"
#include "entity/runtime.h"

#define LIMIT_MAX   1000
#define WAIT_US     INT64_C(2000000)
#define DEADLINE_US INT64_C(10000000)

static void answer_problem(Entity *entity, BusRequest *request, MsgCode code)
{
        Cauce__Problem problem = CAUCE__PROBLEM__INIT;
        size_t len;

        problem.code = (char *)msg_key(code);
        void *data = event_pack(request->arena, &problem.base, &len);
        bus_reply_error(entity->bus, request, msg_status(code), msg_key(code), data, len);
}

static void answer(Entity *entity, BusRequest *request, const ProtobufCMessage *message)
{
        size_t len;
        void *data = event_pack(request->arena, message, &len);

        bus_reply(entity->bus, request, data, len);
}

static int64_t deadline_of(const BusRequest *request)
{
        int64_t left = request->context.deadline ? request->context.deadline - clock_realtime() : DEADLINE_US;

        return clock_monotonic() + (left < DEADLINE_US ? left : DEADLINE_US);
}

static unsigned limit_of(bool has, uint32_t limit)
{
        return !has || limit == 0 || limit > LIMIT_MAX ? LIMIT_MAX : limit;
}

/* ---- events ---- */

/* In a transaction of its own, which had no xid before. */
int events_last(Entity *entity, Arena *arena, int64_t deadline, int64_t *ret_seq, int64_t *ret_xid)
{
        static const char sql[] = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END, "
                                  "pg_current_xact_id()::text::bigint FROM event_seq_seq";
        PgRows *rows;
        PgTx *tx;

        int r = pg_tx_begin(entity->pg, arena, deadline, &tx);
        if (r == 0)
                r = pg_tx_exec(tx, arena, &(PgStmt){.sql = sql}, &rows);
        if (r == 0)
                r = pg_tx_commit(tx);
        if (r == 0) {
                *ret_seq = pg_int(rows, 0, 0);
                *ret_xid = pg_int(rows, 0, 1);
        }
        return r;
}

/* Waits until every transaction that may hold a number up to *ret has ended. */
static int read_horizon(Entity *entity, Arena *arena, int64_t deadline, int64_t *ret)
{
        static const char sql[] = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
        int64_t until = clock_monotonic() + WAIT_US, pause = 2000, seq, xid;
        PgRows *rows;

        int r = events_last(entity, arena, deadline, &seq, &xid);
        while (r == 0) {
                r = pg_read(entity->pg, arena, &(PgStmt){.sql = sql}, 1, deadline, &rows);
                if (r == 0 && pg_int(rows, 0, 0) > xid) {
                        *ret = seq;
                        return 0;
                }
                if (clock_monotonic() > until)
                        return PG_E_TIMEOUT;
                task_sleep(pause);
                pause = pause < 50000 ? pause * 2 : pause;
        }
        return r;
}

static int read_events(Entity *entity, BusRequest *request, int64_t after, unsigned limit, bool known,
        Cauce__EventsReply *reply)
{
        static const char sql[] = "SELECT " EVENT_COLUMNS " FROM event e WHERE e.seq > $1 AND e.seq <= $2 "
                                  "ORDER BY e.seq LIMIT $3";
        Arena *arena = request->arena;
        int64_t deadline = deadline_of(request);
        PgArgs *args = pg_args(arena);
        size_t size = 0;
        PgRows *rows;

        int r = 0;
        if (known)
                reply->horizon = authz_settled(entity);
        else
                r = read_horizon(entity, arena, deadline, &reply->horizon);
        if (r != 0 || after >= reply->horizon)
                return r;
        (void)pg_arg_int8(args, after);
        (void)pg_arg_int8(args, reply->horizon);
        (void)pg_arg_int8(args, limit);
        r = pg_list(entity->pg, arena, &(PgStmt){sql, args}, 1, deadline, &rows);
        if (r != 0)
                return r;
        int n = pg_rows(rows);
        reply->events = arena_array(arena, (size_t)n + 1, sizeof *reply->events);
        for (int row = 0; row < n && size < EVENT_BYTES_MAX; row++) {
                Cauce__Event *event = event_from_row(arena, entity->service_name, rows, row, 0);
                size += event_fit(event);
                reply->events[reply->n_events++] = event;
        }
        if (reply->n_events < (size_t)n || n == (int)limit)
                reply->horizon = reply->events[reply->n_events - 1]->seq;
        return 0;
}

void events_answer(Entity *entity, BusRequest *request)
{
        const Cauce__EventsRequest *in =
                cauce__events_request__unpack(arena_protobuf(request->arena), request->len, request->data);
        Cauce__EventsReply reply = CAUCE__EVENTS_REPLY__INIT;

        if (!in) {
                answer_problem(entity, request, MSG_BAD_REQUEST);
                return;
        }
        reply.has_horizon = true;
        bool known = in->known && authz_settled(entity) > 0;
        int r = read_events(entity, request, in->after, limit_of(in->has_limit, in->limit), known, &reply);
        if (r != 0)
                answer_problem(entity, request, r == PG_E_TIMEOUT ? MSG_TIMEOUT : MSG_UNAVAILABLE);
        else
                answer(entity, request, &reply.base);
}

/* ---- scan ---- */

static int read_records(Entity *entity, BusRequest *request, const ModuleRuntime *module, const Uuid *after,
        unsigned limit, Cauce__ScanReply *reply)
{
        Arena *arena = request->arena;
        PgArgs *args = pg_args(arena);
        const char *sql = arena_printf(arena, "SELECT %s FROM %s WHERE id > $1 ORDER BY id LIMIT $2",
                module->sql_select, module->module->table);
        size_t size = 0;
        PgRows *rows;

        (void)pg_arg_uuid(args, after);
        (void)pg_arg_int8(args, limit);
        int r = pg_list(entity->pg, arena, &(PgStmt){sql, args}, 1, deadline_of(request), &rows);
        if (r != 0)
                return r;
        reply->records = arena_array(arena, (size_t)pg_rows(rows) + 1, sizeof *reply->records);
        for (int row = 0; row < pg_rows(rows) && size < EVENT_BYTES_MAX; row++) {
                ProtobufCMessage *record =
                        record_row(arena, module->module, module->columns, module->n_columns, rows, row, 0);
                for (unsigned i = 0; i < module->n_columns; i++)
                        if (module->columns[i]->flags & FIELD_SECRET)
                                record_clear(record, module->columns[i]);
                ProtobufCBinaryData *data = &reply->records[reply->n_records++];
                data->data = event_pack(arena, record, &data->len);
                size += data->len;
        }
        return 0;
}

void scan_answer(Entity *entity, BusRequest *request, const Module *module)
{
        const Cauce__ScanRequest *in =
                cauce__scan_request__unpack(arena_protobuf(request->arena), request->len, request->data);
        const ModuleRuntime *runtime = runtime_module(entity, str_of(module->name));
        Cauce__ScanReply reply = CAUCE__SCAN_REPLY__INIT;

        if (!in || (in->has_after && in->after.len != sizeof(Uuid))) {
                answer_problem(entity, request, MSG_BAD_REQUEST);
                return;
        }
        Uuid after = event_uuid(in->after);
        int r = runtime ? read_records(entity, request, runtime, &after, limit_of(in->has_limit, in->limit),
                                  &reply)
                        : PG_FAULT;
        if (r != 0)
                answer_problem(entity, request, r == PG_E_TIMEOUT ? MSG_TIMEOUT : MSG_UNAVAILABLE);
        else
                answer(entity, request, &reply.base);
}
