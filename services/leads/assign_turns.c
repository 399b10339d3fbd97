/* Whose turn it is in a group: stride scheduling over the people who are available. Owns the tables
 * assignment_turn and assignment_clock. Among people who are available all along, leads divided by weight
 * differ by one at most: whoever is given a lead had the smallest pass, and it grows by STRIDE / weight. Who
 * comes back, or is new, goes on from the clock, the pass that the group's last turn began at: behind it
 * nobody is who was there, so nothing is made up for. */
#include "assign.h"

#define STRIDE INT64_C(720720000) /* divisible by 1 to 16: most weights count exactly */

typedef struct Turn {
        uint32_t user;
        unsigned weight;
        int64_t pass;
        bool moved;
} Turn;

typedef struct Team {
        uint32_t group;
        int64_t clock;
        bool moved;
        unsigned n;
        Turn *turns; /* by user */
} Team;

struct Turns {
        unsigned n, n_turns;
        Team *teams;
};

bool assign_available(const AuthzUser *user, int64_t now)
{
        bool away = user->away && (user->away_until == 0 || user->away_until > now);

        return !user->inactive && !away;
}

static bool takes_part(const Authz *authz, const AuthzMember *member, int64_t now)
{
        return member->weight > 0 && assign_available(&authz->users[member->user], now);
}

bool assign_team_ready(const Assign *assign, uint32_t group)
{
        const AuthzGroup *team = &assign->authz->groups[group];

        for (unsigned i = 0; i < team->n_members; i++)
                if (takes_part(assign->authz, &team->members[i], assign->now))
                        return true;
        return false;
}

/* ---- reading ---- */

static Team *team_of(const struct Turns *turns, uint32_t group)
{
        for (unsigned i = 0; i < turns->n; i++)
                if (turns->teams[i].group == group)
                        return &turns->teams[i];
        return NULL;
}

static void team_add(Assign *assign, struct Turns *turns, uint32_t group)
{
        const AuthzGroup *from = &assign->authz->groups[group];
        Team *team = &turns->teams[turns->n++];

        *team = (Team){
                .group = group, .turns = arena_array(assign->arena, from->n_members + 1, sizeof(Turn))};
        for (unsigned i = 0; i < from->n_members; i++)
                if (takes_part(assign->authz, &from->members[i], assign->now))
                        team->turns[team->n++] =
                                (Turn){.user = from->members[i].user, .weight = from->members[i].weight};
        turns->n_turns += team->n;
}

/* Those that take part and have had turns before. */
static void turns_fill(const Assign *assign, const struct Turns *turns, const PgRows *rows)
{
        for (int row = 0; row < pg_rows(rows); row++) {
                Uuid team_id = pg_uuid(rows, row, 0), person = pg_uuid(rows, row, 1);
                Team *team = team_of(turns, authz_group(assign->authz, &team_id));
                uint32_t user = authz_user(assign->authz, &person);
                for (unsigned i = 0; team && i < team->n; i++)
                        if (team->turns[i].user == user)
                                team->turns[i].pass = pg_int(rows, row, 2);
        }
}

static void clocks_fill(const Assign *assign, const struct Turns *turns, const PgRows *rows)
{
        for (int row = 0; row < pg_rows(rows); row++) {
                Uuid id = pg_uuid(rows, row, 0);
                Team *team = team_of(turns, authz_group(assign->authz, &id));
                if (!team)
                        continue;
                team->clock = pg_int(rows, row, 1);
                for (unsigned i = 0; i < team->n; i++)
                        if (team->turns[i].pass < team->clock)
                                team->turns[i].pass = team->clock;
        }
}

void assign_turns_begin(Assign *assign)
{
        struct Turns *turns = arena_alloc(assign->arena, sizeof *turns);

        turns->teams = arena_array(assign->arena, assign->n_rules + 1, sizeof *turns->teams);
        for (unsigned i = 0; i < assign->n_rules; i++) {
                uint32_t group = assign->rules[i].group;
                if (group != AUTHZ_NONE && !team_of(turns, group))
                        team_add(assign, turns, group);
        }
        assign->turns = turns;
}

void assign_turns_stmts(const Assign *assign, PgStmt ret[static ASSIGN_TURN_STMTS])
{
        static const char turns_sql[] = "SELECT team, person, pass FROM assignment_turn WHERE team = ANY($1)";
        static const char clocks_sql[] = "SELECT team, pass FROM assignment_clock WHERE team = ANY($1)";
        PgArgs *args = pg_args(assign->arena);
        Uuid *ids = arena_array(assign->arena, assign->turns->n + 1, sizeof *ids);

        for (unsigned i = 0; i < assign->turns->n; i++)
                ids[i] = assign->authz->groups[assign->turns->teams[i].group].id;
        (void)pg_arg_uuid_array(args, ids, assign->turns->n);
        ret[0] = (PgStmt){turns_sql, args};
        ret[1] = (PgStmt){clocks_sql, args};
}

void assign_turns_read(Assign *assign, PgRows *const rows[static ASSIGN_TURN_STMTS])
{
        turns_fill(assign, assign->turns, rows[0]);
        clocks_fill(assign, assign->turns, rows[1]);
}

/* ---- taking ---- */

uint32_t assign_turn(Assign *assign, uint32_t group)
{
        Team *team = team_of(assign->turns, group);
        Turn *next = NULL;

        for (unsigned i = 0; team && i < team->n; i++)
                if (!next || team->turns[i].pass < next->pass)
                        next = &team->turns[i];
        if (!next)
                return AUTHZ_NONE;
        team->clock = next->pass;
        next->pass += STRIDE / next->weight;
        team->moved = next->moved = true;
        return next->user;
}

/* ---- writing ---- */

static PgStmt turns_stmt(const Assign *assign)
{
        static const char sql[] = "INSERT INTO assignment_turn (team, person, pass) "
                                  "SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[]) "
                                  "ON CONFLICT (team, person) DO UPDATE SET pass = EXCLUDED.pass";
        const struct Turns *turns = assign->turns;
        Uuid *teams = arena_array(assign->arena, turns->n_turns + 1, sizeof *teams);
        Uuid *people = arena_array(assign->arena, turns->n_turns + 1, sizeof *people);
        int64_t *passes = arena_array(assign->arena, turns->n_turns + 1, sizeof *passes);
        PgArgs *args = pg_args(assign->arena);
        unsigned n = 0;

        for (unsigned t = 0; t < turns->n; t++)
                for (unsigned i = 0; i < turns->teams[t].n; i++) {
                        const Turn *turn = &turns->teams[t].turns[i];
                        if (!turn->moved)
                                continue;
                        teams[n] = assign->authz->groups[turns->teams[t].group].id;
                        people[n] = assign->authz->users[turn->user].id;
                        passes[n++] = turn->pass;
                }
        (void)pg_arg_uuid_array(args, teams, n);
        (void)pg_arg_uuid_array(args, people, n);
        (void)pg_arg_int8_array(args, passes, n);
        return (PgStmt){sql, args};
}

static PgStmt clocks_stmt(const Assign *assign)
{
        static const char sql[] = "INSERT INTO assignment_clock (team, pass) "
                                  "SELECT * FROM unnest($1::uuid[], $2::int8[]) "
                                  "ON CONFLICT (team) DO UPDATE SET pass = EXCLUDED.pass";
        const struct Turns *turns = assign->turns;
        Uuid *teams = arena_array(assign->arena, turns->n + 1, sizeof *teams);
        int64_t *passes = arena_array(assign->arena, turns->n + 1, sizeof *passes);
        PgArgs *args = pg_args(assign->arena);
        unsigned n = 0;

        for (unsigned t = 0; t < turns->n; t++)
                if (turns->teams[t].moved) {
                        teams[n] = assign->authz->groups[turns->teams[t].group].id;
                        passes[n++] = turns->teams[t].clock;
                }
        (void)pg_arg_uuid_array(args, teams, n);
        (void)pg_arg_int8_array(args, passes, n);
        return (PgStmt){sql, args};
}

void assign_turns_write(const Assign *assign, PgStmt ret[static ASSIGN_TURN_STMTS])
{
        ret[0] = turns_stmt(assign);
        ret[1] = clocks_stmt(assign);
}
