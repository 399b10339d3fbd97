/* The epoch, in identity alone: looks at the committed events that count, tells the newest on
 * poke.identity.epoch ("<epoch> <rights>") to the gateways and to the other replicas, and reads a generation
 * when it has moved.
 *
 * It is told when no transaction runs any more that may hold a lower number, so that a change which commits
 * late moves it too. */
#include <stdio.h>
#include <string.h>

#include "entity/authz_private.h"

#define LOOK_US INT64_C(3000000)
#define REACH   100000 /* how far back the first look goes */

static const char subject_epoch[] = "poke." AUTHZ_SOURCE ".epoch";

static void raise(AuthzEpoch *known, AuthzEpoch heard)
{
        if (heard.epoch > known->epoch)
                known->epoch = heard.epoch;
        if (heard.rights > known->rights)
                known->rights = heard.rights;
}

/* Another replica's, or our own. */
static void on_epoch(void *arg, const char *subject, const void *data, size_t len)
{
        AuthzWatch *watch = arg;
        const char *blank = len > 0 ? memchr(data, ' ', len) : NULL;
        int64_t epoch, rights;

        (void)subject;
        if (!blank)
                return;
        size_t first = (size_t)(blank - (const char *)data);
        if (parse_i64((Str){data, first}, &epoch) != 0 ||
                parse_i64((Str){blank + 1, len - first - 1}, &rights) != 0 || rights < 0 || epoch < rights)
                return;
        raise(&watch->known, (AuthzEpoch){(uint64_t)epoch, (uint64_t)rights});
        if (!watch->entity->authz || watch->entity->authz->epoch < watch->known.rights)
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

/* The newest that count among the events after `after`, up to `to`; 0 = none. */
static int read_newest(const Entity *entity, Arena *arena, int64_t after, int64_t to, AuthzEpoch *ret)
{
        static const char sql[] =
                "SELECT max(seq), max(seq) FILTER (WHERE module = ANY($3)) FROM event WHERE seq > $1 AND seq <= $2 "
                "AND (module = ANY($3) OR (module = 'user_session' AND type <> 1))";
        PgArgs *args = pg_args(arena);
        Str names[16];
        unsigned n = 0;
        PgRows *rows;

        for (; authz_modules[n] && n < 16; n++)
                names[n] = str_of(authz_modules[n] + strlen(AUTHZ_SOURCE "."));
        (void)pg_arg_int8(args, after);
        (void)pg_arg_int8(args, to);
        (void)pg_arg_text_array(args, names, n);
        int r = pg_read(entity->pg, arena, &(PgStmt){sql, args}, 1, clock_monotonic() + LOOK_US, &rows);
        if (r == 0)
                *ret = (AuthzEpoch){(uint64_t)pg_int(rows, 0, 0), (uint64_t)pg_int(rows, 0, 1)};
        return r;
}

/* When none of the last events counts, any number below them is as good as the one that did. */
static int advance(AuthzWatch *watch, Arena *arena)
{
        bool first = watch->horizon < 0;
        AuthzEpoch newest;
        int64_t to, before = watch->horizon;

        int r = events_horizon(watch->entity, arena, clock_monotonic() + LOOK_US, &to);
        if (first)
                before = to > REACH ? to - REACH : 0;
        if (r == 0)
                r = read_newest(watch->entity, arena, before, to, &newest);
        if (r != 0)
                return r;
        if (first)
                raise(&newest, (AuthzEpoch){(uint64_t)before, (uint64_t)before});
        bool moved = newest.epoch > watch->known.epoch || newest.rights > watch->known.rights;
        raise(&watch->known, newest);
        watch->horizon = to;
        if (moved)
                tell(watch);
        return 0;
}

/* A request may come with what another replica has told and we have not heard. */
static void believe(AuthzWatch *watch, int64_t last)
{
        if (watch->wanted <= (uint64_t)last)
                raise(&watch->known, (AuthzEpoch){watch->wanted, watch->wanted});
}

int authz_epoch_refresh(AuthzWatch *watch)
{
        Entity *entity = watch->entity;
        Arena *arena = arena_new();
        int64_t last = 0;

        int r = read_last(entity, arena, &last);
        if (r == 0 && last != watch->horizon)
                r = advance(watch, arena);
        if (r == 0 || r == PG_E_TIMEOUT)
                believe(watch, last);
        if (watch->horizon >= 0 && (!entity->authz || entity->authz->epoch < watch->known.rights)) {
                int reloaded = authz_reload(entity);
                r = r ? r : reloaded;
        }
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
        if (entity->watch && !entity->watch->ended)
                authz_wait_look(entity->watch, deadline);
        return authz_epoch(entity);
}

void authz_committed(Entity *entity)
{
        if (entity->watch && entity->watch->horizon >= 0)
                authz_wake(entity->watch);
}
