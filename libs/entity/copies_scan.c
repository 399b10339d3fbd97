/* Fills the copies of a module from its owner's scan rpc, page by page, and remembers in copy_state how far
 * it came. */
#include "entity/copies.h"
#include "entity/record.h"

#define PAGE    1000
#define CALL_US INT64_C(15000000)

typedef struct Scan {
        Feed *feed;
        const Module *module;
        const char *source; /* of copy_state */
        CopiesPage page;
        Uuid to; /* scanned up to here; nil = nothing yet */
        bool following;
} Scan;

static int load(Scan *scan, Arena *arena)
{
        static const char sql[] = "SELECT state, scanned_to FROM copy_state WHERE source = $1";
        PgArgs *args = pg_args(arena);
        PgRows *rows;

        (void)pg_arg_text(args, str_of(scan->source));
        int r = pg_conn_exec(scan->feed->conn, arena, &(PgStmt){sql, args}, 1, &rows);
        if (r == 0 && pg_rows(rows) > 0) {
                scan->following = str_is(pg_text(rows, 0, 0), "following");
                scan->to = pg_null(rows, 0, 1) ? (Uuid){} : pg_uuid(rows, 0, 1);
        }
        return r;
}

static PgStmt state_stmt(const Scan *scan, Arena *arena, bool done)
{
        static const char sql[] =
                "INSERT INTO copy_state AS c (source, state, scanned_to, changes) VALUES ($1, $2, $3, 1) "
                "ON CONFLICT (source) DO UPDATE SET state = EXCLUDED.state, scanned_to = EXCLUDED.scanned_to, "
                "changes = c.changes + 1, updated_at = now()";
        PgArgs *args = pg_args(arena);

        (void)pg_arg_text(args, str_of(scan->source));
        (void)pg_arg_text(args, done ? STR("following") : STR("scanning"));
        (void)pg_arg_uuid(args, &scan->to);
        return (PgStmt){sql, args};
}

static int ask(const Scan *scan, Arena *arena, Cauce__ScanReply **ret)
{
        Cauce__ScanRequest request = CAUCE__SCAN_REQUEST__INIT;
        CallContext context = {.deadline = clock_realtime() + CALL_US};
        const char *subject =
                arena_printf(arena, "rpc.%s.%s.scan", scan->module->service, scan->module->name);
        Uuid after = scan->to;
        BusReply reply;
        size_t len;

        request.has_limit = true;
        request.limit = PAGE;
        request.has_after = !uuid_is_nil(&after);
        request.after = (ProtobufCBinaryData){.len = sizeof after, .data = after.b};
        void *data = event_pack(arena, &request.base, &len);
        int r = bus_call(scan->feed->entity->bus, arena, &context, subject, data, len, &reply);
        if (r != 0)
                return r;
        *ret = reply.code ? NULL : cauce__scan_reply__unpack(arena_protobuf(arena), reply.len, reply.data);
        return *ret ? 0 : BUS_E_TIMEOUT;
}

/* The page's records; BUS_E_TIMEOUT, as for an answer that did not come, when one is not the module's. */
static int open_records(
        const Scan *scan, Arena *arena, const Cauce__ScanReply *reply, const ProtobufCMessage **ret)
{
        for (size_t i = 0; i < reply->n_records; i++) {
                ProtobufCBinaryData data = reply->records[i];
                ret[i] = record_unpack(arena, scan->module->message, data.data, data.len);
                const Uuid id = ret[i] ? record_id(ret[i]) : (Uuid){};
                if (uuid_is_nil(&id))
                        return BUS_E_TIMEOUT;
        }
        return 0;
}

/* One page; *ret_done when there was nothing left. */
static int scan_page(Scan *scan, Arena *arena, bool *ret_done)
{
        Cauce__ScanReply *reply;
        PgStmt stmts[2];
        PgRows *rows[2];
        unsigned n = 0;

        int r = ask(scan, arena, &reply);
        if (r != 0)
                return r;
        unsigned records = (unsigned)reply->n_records;
        const ProtobufCMessage **list = arena_array(arena, records + 1, sizeof *list);
        r = open_records(scan, arena, reply, list);
        if (r != 0)
                return r;
        *ret_done = records == 0;
        if (records > 0) {
                scan->to = record_id(list[records - 1]);
                stmts[n++] = scan->page(arena, scan->module, list, records);
        }
        stmts[n++] = state_stmt(scan, arena, *ret_done);
        return feed_transaction(scan->feed, arena, stmts, n, rows);
}

int copies_scan(Feed *feed, const Module *module, const char *source, CopiesPage page)
{
        Scan scan = {.feed = feed, .module = module, .source = source, .page = page};
        Arena *arena = arena_new();

        int r = load(&scan, arena);
        bool done = scan.following;
        while (r == 0 && !done && !feed->entity->stopping) {
                arena_reset(arena);
                r = scan_page(&scan, arena, &done);
        }
        (void)arena_free(arena);
        return r;
}
