/* Fills the copies of a module from its owner's scan rpc, page by page, and remembers how far it came. */
#include "entity/copies.h"
#include "entity/record.h"

#define PAGE    1000
#define CALL_US INT64_C(15000000)

typedef struct Scan {
        Feed *feed;
        const Module *module;
        Uuid to; /* scanned up to here; nil = nothing yet */
        bool following;
} Scan;

static int load(Scan *scan, Arena *arena)
{
        static const char sql[] = "SELECT state, scanned_to FROM copy_state WHERE source = $1";
        PgArgs *args = pg_args(arena);
        PgRows *rows;

        (void)pg_arg_text(args, str_of(scan->module->key));
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
                "INSERT INTO copy_state (source, state, scanned_to) VALUES ($1, $2, $3) ON CONFLICT (source) "
                "DO UPDATE SET state = EXCLUDED.state, scanned_to = EXCLUDED.scanned_to, updated_at = now()";
        PgArgs *args = pg_args(arena);

        (void)pg_arg_text(args, str_of(scan->module->key));
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

static int add_record(const Scan *scan, Copies *copies, ProtobufCBinaryData data)
{
        const ProtobufCMessage *record =
                record_unpack(copies->arena, scan->module->message, data.data, data.len);
        const RecordHead *head = record ? record_head(record) : NULL;

        if (!head || head->id.len != sizeof(Uuid))
                return BUS_E_TIMEOUT;
        const Copy copy = {
                .id = event_uuid(head->id),
                .version = head->version,
                .has_label = true,
                .has_owner = true,
                .has_deleted = true,
                .deleted = head->has_deleted_at,
                .label = str_of(head->label),
                .owner = head->has_owner ? event_uuid(head->owner) : (Uuid){},
        };
        copies_add(copies, &copy);
        return 0;
}

/* One page; *ret_done when there was nothing left. */
static int scan_page(Scan *scan, Arena *arena, bool *ret_done)
{
        Cauce__ScanReply *reply;
        Copies copies;
        PgStmt stmts[2];
        PgRows *rows[2];
        unsigned n = 0;

        int r = ask(scan, arena, &reply);
        if (r != 0)
                return r;
        copies_init(&copies, arena, scan->module->key, (unsigned)reply->n_records);
        for (size_t i = 0; i < reply->n_records && r == 0; i++)
                r = add_record(scan, &copies, reply->records[i]);
        if (r != 0)
                return r;
        *ret_done = copies.n == 0;
        if (copies.n > 0) {
                scan->to = copies.list[copies.n - 1].id;
                stmts[n++] = copies_stmt(&copies, true);
        }
        stmts[n++] = state_stmt(scan, arena, *ret_done);
        return feed_transaction(scan->feed, arena, stmts, n, rows);
}

int copies_scan(Feed *feed, const char *module)
{
        Scan scan = {.feed = feed, .module = module_by_key(module)};
        Arena *arena = arena_new();
        bool done = false;

        int r = scan.module ? load(&scan, arena) : 0;
        done = !scan.module || scan.following;
        while (r == 0 && !done && !feed->entity->stopping) {
                arena_reset(arena);
                r = scan_page(&scan, arena, &done);
        }
        (void)arena_free(arena);
        return r;
}
