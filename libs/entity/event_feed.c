/* Answers feed: events in seq order up to the horizon, those that who asks may see. First the numbers and
 * records of a stretch of the log, then whose records are seen, then those events whole. */
#include <stdlib.h>
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/cursor.h"
#include "entity/event_feed.h"
#include "entity/event_wire.h"
#include "entity/events_private.h"
#include "entity/history.h"

#define STRETCH_MAX 500
#define NEVER       (INT64_MIN / 2)
#define SLACK_US    INT64_C(60000000) /* an event's time is its request's: older than its place in the log */

/* One event of a stretch. */
typedef struct Line {
        int64_t seq, at;
        Uuid record;
        const ModuleRuntime *module; /* NULL = not one that is followed */
        bool seen;
} Line;

typedef struct Feeding {
        Req *rq;
        const Cauce__FeedRequest *in;
        unsigned n_modules;
        const ModuleRuntime **modules; /* followed, and may be seen */
        Str query;                     /* what the cursor belongs to */
        int64_t at, horizon;           /* looked at up to `at` */
        int64_t since, newest;         /* older events are left out; of those that were looked at */
        unsigned limit, looked;
        size_t bytes;
        Cauce__FeedReply *reply;
} Feeding;

/* ---- what is asked for ---- */

static const ModuleRuntime *module_named(Req *rq, const char *key)
{
        const Runtime *runtime = rq->entity->runtime;

        for (unsigned i = 0; i < runtime->n; i++)
                if (streq(runtime->modules[i].module->key, key))
                        return &runtime->modules[i];
        req_fail(rq, UNKNOWN_MODULE, "modules", key);
}

static void modules_find(Feeding *feeding)
{
        Req *rq = feeding->rq;
        const Runtime *runtime = rq->entity->runtime;
        const Cauce__FeedRequest *in = feeding->in;

        feeding->modules = arena_array(rq->arena, in->n_modules + runtime->n, sizeof *feeding->modules);
        for (size_t i = 0; i < in->n_modules; i++) {
                const ModuleRuntime *module = module_named(rq, in->modules[i]);
                access_check(rq, module, ACCESS_SEE);
                feeding->modules[feeding->n_modules++] = module;
        }
        for (unsigned i = 0; in->n_modules == 0 && i < runtime->n; i++)
                if (access_may(rq, &runtime->modules[i], ACCESS_SEE))
                        feeding->modules[feeding->n_modules++] = &runtime->modules[i];
}

/* A cursor holds for the same person and the same modules, as they were asked for. */
static Str query_of(const Feeding *feeding)
{
        StrBuf query = {.arena = feeding->rq->arena};

        strbuf_puts(&query, "feed\n");
        strbuf_put(&query, &feeding->rq->context.user, sizeof feeding->rq->context.user);
        for (size_t i = 0; i < feeding->in->n_modules; i++)
                strbuf_printf(&query, "\n%s", feeding->in->modules[i]);
        return (Str){query.p, query.len};
}

/* The place, and the time before which events are left out as long as such may still come. */
static const Store cursor_stores[] = {STORE_INT8, STORE_INT8};
#define CURSOR_N 2

static char *cursor_of(const Feeding *feeding)
{
        const bool past = feeding->since == NEVER || feeding->newest >= feeding->since + SLACK_US;
        const Cursor cursor = {
                .n = CURSOR_N, .keys = {{.number = feeding->at}, {.null = past, .number = feeding->since}}};

        return cursor_write(feeding->rq->arena, &cursor, cursor_stores, feeding->query);
}

static void cursor_take(Feeding *feeding)
{
        Cursor cursor;

        if (cursor_read(feeding->rq->arena, str_of(feeding->in->cursor), cursor_stores, CURSOR_N,
                    feeding->query, &cursor) != 0)
                req_fail(feeding->rq, BAD_CURSOR, "after", NULL);
        feeding->at = cursor.keys[0].number;
        if (!cursor.keys[1].null)
                feeding->since = cursor.keys[1].number;
}

/* ---- a time's place in the log ---- */

/* The last number before which every event is older than `since`, by halves. */
static int64_t seek(const Feeding *feeding)
{
        static const char sql[] =
                "SELECT seq, at FROM event WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT 1";
        Req *rq = feeding->rq;
        int64_t low = 0, high = feeding->horizon;
        PgRows *rows;

        while (low < high) {
                int64_t middle = low + (high - low) / 2;
                PgArgs *args = pg_args(rq->arena);
                (void)pg_arg_int8(args, middle);
                (void)pg_arg_int8(args, high);
                req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
                if (pg_rows(rows) > 0 && pg_timestamptz(rows, 0, 1) < feeding->since - SLACK_US)
                        low = pg_int(rows, 0, 0);
                else
                        high = middle;
        }
        return low;
}

static void place(Feeding *feeding)
{
        Req *rq = feeding->rq;
        const Cauce__FeedRequest *in = feeding->in;

        feeding->query = query_of(feeding);
        if (in->cursor)
                cursor_take(feeding);
        req_pg(rq, events_settled(rq->entity, rq->arena, rq->deadline, &feeding->horizon));
        if (in->latest)
                feeding->at = feeding->horizon;
        if (in->has_since) {
                feeding->since = in->since;
                feeding->at = seek(feeding);
        }
}

/* ---- a stretch of the log ---- */

static const ModuleRuntime *module_followed(const Feeding *feeding, Str name)
{
        for (unsigned i = 0; i < feeding->n_modules; i++)
                if (str_is(name, feeding->modules[i]->module->name))
                        return feeding->modules[i];
        return NULL;
}

static unsigned read_lines(Feeding *feeding, unsigned n, Line **ret)
{
        static const char sql[] = "SELECT seq, at, record, module FROM event "
                                  "WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";
        Req *rq = feeding->rq;
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_int8(args, feeding->at);
        (void)pg_arg_int8(args, feeding->horizon);
        (void)pg_arg_int8(args, n);
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        Line *lines = arena_array(rq->arena, (size_t)pg_rows(rows) + 1, sizeof *lines);
        for (int row = 0; row < pg_rows(rows); row++) {
                lines[row] = (Line){
                        .seq = pg_int(rows, row, 0),
                        .at = pg_timestamptz(rows, row, 1),
                        .record = pg_uuid(rows, row, 2),
                        .module = module_followed(feeding, pg_text(rows, row, 3)),
                };
                if (lines[row].at > feeding->newest)
                        feeding->newest = lines[row].at;
        }
        *ret = lines;
        return (unsigned)pg_rows(rows);
}

/* Marks the module's lines whose records are seen now. */
static void see(const Feeding *feeding, const ModuleRuntime *module, Line *lines, unsigned n)
{
        Req *rq = feeding->rq;
        const ModuleAccess *access = principal_access(rq, module);
        bool all = !access || access->see_all;
        Uuid *ids = arena_array(rq->arena, n + 1, sizeof *ids);
        const Uuid *seen = NULL;
        unsigned n_ids = 0, n_seen = 0;

        for (unsigned i = 0; i < n && !all; i++)
                if (lines[i].module == module)
                        ids[n_ids++] = lines[i].record;
        if (n_ids > 0)
                n_seen = access_seen(rq, module, ids, n_ids, &seen);
        for (unsigned i = 0; i < n; i++)
                if (lines[i].module == module && lines[i].at >= feeding->since)
                        lines[i].seen = all || (n_seen && bsearch(&lines[i].record, seen, n_seen,
                                                                  sizeof *seen, uuid_order));
}

static PgRows *read_events(const Feeding *feeding, const int64_t *seqs, unsigned n)
{
        static const char sql[] =
                "SELECT " EVENT_COLUMNS " FROM event e WHERE e.seq = ANY($1) ORDER BY e.seq";
        Req *rq = feeding->rq;
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_int8_array(args, seqs, n);
        req_pg(rq, pg_list(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        return rows;
}

/* Adds the events of these numbers; false = the message is full, and `at` is the last one that went in. */
static bool take_events(Feeding *feeding, const int64_t *seqs, unsigned n)
{
        Req *rq = feeding->rq;
        Cauce__FeedReply *reply = feeding->reply;
        PgRows *rows = read_events(feeding, seqs, n);

        for (int row = 0; row < pg_rows(rows); row++) {
                Cauce__Event *event = event_from_row(rq->arena, rq->entity->service_name, rows, row, 0);
                const ModuleRuntime *module = module_followed(feeding, pg_text(rows, row, 2));
                const ModuleAccess *access = principal_access(rq, module);
                if (access && access->withholds)
                        history_withhold(rq, module, access, event);
                feeding->bytes += event_fit(event);
                feeding->at = event->seq;
                reply->events[reply->n_events++] = event;
                if (feeding->bytes >= EVENT_BYTES_MAX)
                        return false;
        }
        return true;
}

/* Looks at the next lines; false = it is enough: the page is full, or there are no more. */
static bool stretch(Feeding *feeding, unsigned size)
{
        const unsigned left = feeding->limit - (unsigned)feeding->reply->n_events;
        int64_t *seqs = arena_array(feeding->rq->arena, left + 1, sizeof *seqs);
        unsigned used = 0, taken = 0;
        Line *lines;

        const unsigned n = read_lines(feeding, size, &lines);
        for (unsigned i = 0; i < feeding->n_modules; i++)
                see(feeding, feeding->modules[i], lines, n);
        for (; used < n && taken < left; used++)
                if (lines[used].seen)
                        seqs[taken++] = lines[used].seq;
        feeding->looked += n;
        if (taken > 0 && !take_events(feeding, seqs, taken)) {
                feeding->reply->more = true;
                return false;
        }
        const bool ended = n < size;
        feeding->at = ended && used == n ? feeding->horizon : lines[used - 1].seq;
        feeding->reply->more = !ended || used < n;
        return !ended && taken < left;
}

void entity_feed(Req *rq, const Cauce__FeedRequest *in, Cauce__FeedReply *ret)
{
        Feeding feeding = {.rq = rq, .in = in, .since = NEVER, .newest = NEVER, .reply = ret};

        feeding.limit = in->has_limit ? in->limit : FEED_LIMIT_DEFAULT;
        if (feeding.limit > FEED_LIMIT_MAX)
                req_fail(rq, OUT_OF_RANGE, "limit", "0-1000");
        modules_find(&feeding);
        place(&feeding);
        ret->events = arena_array(rq->arena, feeding.limit + 1, sizeof *ret->events);
        unsigned size = feeding.limit < STRETCH_MAX ? feeding.limit : STRETCH_MAX;
        ret->more = feeding.limit == 0 && feeding.at < feeding.horizon;
        while (feeding.limit > 0 && feeding.n_modules > 0 && feeding.at < feeding.horizon &&
                stretch(&feeding, size) && feeding.looked < FEED_SCAN_MAX)
                size = STRETCH_MAX;
        if (feeding.n_modules == 0 && feeding.at < feeding.horizon)
                feeding.at = feeding.horizon;
        ret->has_more = true;
        ret->next = cursor_of(&feeding);
}
