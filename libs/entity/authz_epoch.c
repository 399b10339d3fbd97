/* The epoch, in identity alone: looks at the committed events that count, tells both numbers on
 * poke.identity.epoch ("<epoch> <rights>") to the gateways and to the other replicas, and reads a generation
 * when there is something new. Nothing here waits for other transactions: what cannot be said while they run
 * is said by a later look. */
#include <stdio.h>
#include <string.h>

#include "entity/authz_private.h"

#define LOOK_US INT64_C(2000000)
#define REACH   100000 /* how far back the first look goes */

static const char subject_epoch[] = "poke." AUTHZ_SOURCE ".epoch";

static void raise(AuthzEpoch *known, AuthzEpoch heard)
{
        if (heard.epoch > known->epoch)
                known->epoch = heard.epoch;
        if (heard.rights > known->rights)
                known->rights = heard.rights;
}

bool authz_epoch_parse(Str text, AuthzEpoch *ret)
{
        int64_t epoch, rights;
        Str first = {};

        (void)str_take(&text, ' ', &first);
        if (parse_i64(first, &epoch) != 0 || parse_i64(text, &rights) != 0 || epoch < 0 || rights < 0)
                return false;
        *ret = (AuthzEpoch){(uint64_t)epoch, (uint64_t)rights};
        return true;
}

/* Another replica's, or our own. */
static void on_epoch(void *arg, const char *subject, const void *data, size_t len)
{
        AuthzWatch *watch = arg;
        AuthzEpoch told;

        (void)subject;
        if (!authz_epoch_parse((Str){data, len}, &told))
                return;
        const AuthzEpoch before = watch->known;
        raise(&watch->known, told);
        if (watch->known.epoch > before.epoch || watch->known.rights > before.rights)
                authz_wake(watch);
}

static void tell(const AuthzWatch *watch)
{
        char text[48];

        (void)snprintf(text, sizeof text, "%llu %llu", (unsigned long long)watch->known.epoch,
                (unsigned long long)watch->known.rights);
        bus_publish(watch->entity->bus, subject_epoch, text, strlen(text));
}

/* The last number given out. */
static int read_last(const Entity *entity, Arena *arena, int64_t *ret)
{
        static const char sql[] = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_seq_seq";
        PgRows *rows;

        int r = pg_read(entity->pg, arena, &(PgStmt){.sql = sql}, 1, clock_monotonic() + LOOK_US, &rows);
        if (r == 0)
                *ret = pg_int(rows, 0, 0);
        return r;
}

/* What one snapshot shows of the events that count. */
typedef struct Shown {
        int64_t xmin;
        int64_t n, n_rights;         /* after the horizon: all, and those of a generation's modules */
        int64_t later, later_rights; /* of these, after what is pending */
        int64_t newest;              /* of a generation's modules, up to what is pending; 0 = none */
} Shown;

static int read_shown(const AuthzWatch *watch, Arena *arena, int64_t after, Shown *ret)
{
        static const char sql[] =
                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, "
                "count(*), count(*) FILTER (WHERE module <> 'user_session'), "
                "count(*) FILTER (WHERE seq > $2), "
                "count(*) FILTER (WHERE seq > $2 AND module <> 'user_session'), "
                "max(seq) FILTER (WHERE seq <= $2 AND module <> 'user_session') "
                "FROM event WHERE seq > $1 AND (module = ANY($3) OR (module = 'user_session' AND type <> 1))";
        PgArgs *args = pg_args(arena);
        Str names[16];
        unsigned n = 0;
        PgRows *rows;

        for (; authz_modules[n] && n < 16; n++)
                names[n] = str_of(authz_modules[n] + strlen(AUTHZ_SOURCE "."));
        (void)pg_arg_int8(args, after);
        (void)pg_arg_int8(args, watch->pending);
        (void)pg_arg_text_array(args, names, n);
        int r = pg_read(
                watch->entity->pg, arena, &(PgStmt){sql, args}, 1, clock_monotonic() + LOOK_US, &rows);
        if (r == 0)
                *ret = (Shown){
                        .xmin = pg_int(rows, 0, 0),
                        .n = pg_int(rows, 0, 1),
                        .n_rights = pg_int(rows, 0, 2),
                        .later = pg_int(rows, 0, 3),
                        .later_rights = pg_int(rows, 0, 4),
                        .newest = pg_int(rows, 0, 5),
                };
        return r;
}

/* Up to what was pending everything is committed, and `shown` has it. */
static void settle(AuthzWatch *watch, const Shown *shown, int64_t after)
{
        /* When none of the last events counts, any number below them is as good as the one that did. */
        int64_t rights = shown->newest > after || watch->horizon >= 0 ? shown->newest : after;

        raise(&watch->known, (AuthzEpoch){.rights = (uint64_t)rights});
        watch->horizon = watch->pending;
        watch->pending_xid = 0;
}

/* Shown for the first time. A number of the transaction counter that is taken after that is higher than any
 * told before, by whichever replica. */
static int move(AuthzWatch *watch, Arena *arena)
{
        int64_t last, xid;
        int r = events_last(watch->entity, arena, clock_monotonic() + LOOK_US, &last, &xid);

        if (r == 0)
                raise(&watch->known, (AuthzEpoch){.epoch = (uint64_t)xid});
        return r;
}

static int advance(AuthzWatch *watch, Arena *arena, bool *ret_rights)
{
        const AuthzEpoch before = watch->known;
        Shown shown;
        int r = 0;

        if (!watch->pending_xid)
                r = events_last(watch->entity, arena, clock_monotonic() + LOOK_US, &watch->pending,
                        &watch->pending_xid);
        int64_t after = watch->horizon >= 0 ? watch->horizon : watch->pending - REACH;
        if (after < 0)
                after = 0;
        if (r == 0)
                r = read_shown(watch, arena, after, &shown);
        if (r == 0 && (shown.n != watch->seen || !watch->known.epoch))
                r = move(watch, arena);
        if (r != 0)
                return r;
        bool settled = shown.xmin > watch->pending_xid;
        *ret_rights = shown.n_rights != watch->seen_rights;
        watch->seen = settled ? shown.later : shown.n;
        watch->seen_rights = settled ? shown.later_rights : shown.n_rights;
        if (settled)
                settle(watch, &shown, after);
        if (watch->known.epoch > before.epoch || watch->known.rights > before.rights)
                tell(watch);
        return 0;
}

/* A request may come with what another replica has told and we have not heard. */
static void believe(AuthzWatch *watch, int64_t last)
{
        if (watch->wanted <= (uint64_t)last)
                raise(&watch->known, (AuthzEpoch){.rights = watch->wanted});
}

int authz_epoch_refresh(AuthzWatch *watch)
{
        Entity *entity = watch->entity;
        Arena *arena = arena_new();
        bool rights = false;
        int64_t last = 0;

        int r = read_last(entity, arena, &last);
        if (r == 0)
                believe(watch, last);
        if (r == 0 && (last != watch->horizon || watch->pending_xid))
                r = advance(watch, arena, &rights);
        if (r == 0 && (rights || !entity->authz || entity->authz->epoch < watch->known.rights))
                r = authz_reload(entity);
        (void)arena_free(arena);
        return r;
}

int authz_epoch_start(Entity *entity)
{
        return bus_subscribe(entity->bus, subject_epoch, on_epoch, entity->watch);
}

AuthzEpoch authz_epoch(const Entity *entity)
{
        return entity->watch ? entity->watch->known : (AuthzEpoch){};
}

AuthzEpoch authz_epoch_look(Entity *entity, int64_t deadline)
{
        AuthzWatch *watch = entity->watch;
        unsigned next = watch ? watch->begun + 1 : 0; /* the one under way may have read before */

        while (watch && !watch->ended && (int)(watch->done - next) < 0 && clock_monotonic() < deadline)
                authz_wait_look(watch, deadline);
        return authz_epoch(entity);
}

int64_t authz_settled(const Entity *entity)
{
        const AuthzWatch *watch = entity->watch;

        if (!watch || watch->horizon < 0)
                return 0;
        int64_t rights = (int64_t)watch->known.rights;
        return rights > watch->horizon ? rights : watch->horizon;
}

void authz_committed(Entity *entity)
{
        if (entity->watch && entity->watch->horizon >= 0)
                authz_wake(entity->watch);
}
