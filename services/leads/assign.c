/* The assigner: the replica that holds the lease gives waiting leads to people, up to BATCH in one
 * transaction that writes leads, events and turns. Leads that wait for somebody to be available are looked at
 * again when that may have changed: people came, came back or rules were changed. */
#include <string.h>

#include "assign.h"
#include "base/log.h"
#include "entity.pb-c.h"
#include "entity/events.h"
#include "entity/write_set.h"

#define BATCH    500
#define STEP     50 /* leads between two turns of the loop */
#define POLL_US  INT64_C(500000)
#define PACE_US  INT64_C(10000)
#define RETRY_US INT64_C(5000000)

static int assign_pass(Worker *worker);

/* What waits is next to nothing, then suddenly much: the planner is not asked whether the index is worth it.
 */
static const char session_sql[] = "SET enable_seqscan = off; SET jit = off; SET timezone = 'UTC'";

const WorkerSpec assign_worker = {.name = "assigner",
        .poll_us = POLL_US,
        .pace_us = PACE_US,
        .own_size = sizeof(Assigner),
        .session_sql = session_sql,
        .pass = assign_pass};

/* ---- which leads ---- */

/* A row that somebody is changing is taken later. */
static PgStmt waiting_stmt(const Assign *assign)
{
        static const char rest[] = "WHERE deleted_at IS NULL AND assignment = 'waiting' "
                                   "ORDER BY created_at, id LIMIT 500 FOR UPDATE SKIP LOCKED";

        return stmt_records(assign->arena, assign->leads, rest, NULL);
}

/* Queued, of groups where somebody is available by now. */
static PgStmt ready_stmt(const Assign *assign)
{
        static const char rest[] =
                "WHERE deleted_at IS NULL AND assignment = 'queued' AND assigned_group = ANY($1) "
                "ORDER BY created_at, id LIMIT 500 FOR UPDATE SKIP LOCKED";
        const Authz *authz = assign->authz;
        Uuid *ids = arena_array(assign->arena, authz->n_groups + 1, sizeof *ids);
        PgArgs *args = pg_args(assign->arena);
        unsigned n = 0;

        for (uint32_t group = 0; group < authz->n_groups; group++)
                if (assign_team_ready(assign, group))
                        ids[n++] = authz->groups[group].id;
        (void)pg_arg_uuid_array(args, ids, n);
        return stmt_records(assign->arena, assign->leads, rest, args);
}

/* Queued, all of them in the order of their ids: the rules have changed. */
static PgStmt queued_stmt(const Assign *assign, const Uuid *after)
{
        static const char rest[] = "WHERE deleted_at IS NULL AND assignment = 'queued' AND id > $1 "
                                   "ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED";
        PgArgs *args = pg_args(assign->arena);

        (void)pg_arg_uuid(args, after);
        return stmt_records(assign->arena, assign->leads, rest, args);
}

/* ---- deciding ---- */

static void decide(Assign *assign, Lead *lead)
{
        const AssignRule *rule = assign_rule_of(assign, &lead->base);
        Arena *arena = assign->arena;

        lead->has_assignment_rule = lead->has_assigned_group = false;
        if (!rule) {
                lead->assignment = (char *)"unmatched";
                return;
        }
        uint32_t person = assign_turn(assign, rule->group);
        record_set_uuid(arena, &lead->assignment_rule, &lead->has_assignment_rule, &rule->id);
        record_set_uuid(arena, &lead->assigned_group, &lead->has_assigned_group, &rule->team);
        if (person == AUTHZ_NONE) {
                lead->assignment = (char *)"queued";
                return;
        }
        lead->assignment = (char *)"assigned";
        record_set_uuid(arena, &lead->assigned_to, &lead->has_assigned_to, &assign->authz->users[person].id);
}

static SetRow *decide_all(Assign *assign, const PgRows *rows, unsigned n)
{
        const ModuleRuntime *leads = assign->leads;
        SetRow *set = arena_array(assign->arena, n, sizeof *set);

        for (unsigned i = 0; i < n; i++) {
                set[i].before = record_row(
                        assign->arena, leads->module, leads->columns, leads->n_columns, rows, (int)i, 0);
                ProtobufCMessage *after = record_copy(assign->arena, &lead_meta, set[i].before);
                decide(assign, (Lead *)after);
                set[i].after = after;
                if (i % STEP == STEP - 1)
                        task_yield();
        }
        return set;
}

/* ---- writing ---- */

static int write_all(Assign *assign, const SetRow *set, unsigned n)
{
        static const uint32_t tags[] = {
                TAG_ASSIGNED_TO, LEAD_TAG_ASSIGNMENT, LEAD_TAG_ASSIGNMENT_RULE, LEAD_TAG_ASSIGNED_GROUP};
        enum { TAGS = sizeof tags / sizeof tags[0] };
        const WriteEvent event = {.at = assign->now, .trace = ""};
        const Field *fields[TAGS];
        PgStmt stmts[1 + ASSIGN_TURN_STMTS];
        unsigned changed;

        for (unsigned i = 0; i < TAGS; i++)
                fields[i] = message_field_tag(&lead_meta, tags[i]);
        stmts[0] = stmt_update_set(assign->arena, assign->leads, fields, TAGS, set, n, &event, &changed);
        if (changed == 0) {
                lease_rollback(assign->worker->conn);
                return 0;
        }
        assign_turns_write(assign, stmts + 1);
        int r = lease_commit(assign->worker->conn, assign->arena, stmts, 1 + ASSIGN_TURN_STMTS, NULL);
        if (r == 0)
                relay_poke(assign->worker->entity);
        return r;
}

/* One transaction; *ret_n leads were looked at, the last of which is *ret_last. */
static int batch(Assign *assign, const PgStmt *select, unsigned *ret_n, Uuid *ret_last)
{
        Worker *worker = assign->worker;
        PgStmt stmts[1 + ASSIGN_TURN_STMTS] = {*select};
        PgRows *rows[1 + ASSIGN_TURN_STMTS];

        assign_turns_begin(assign);
        assign_turns_stmts(assign, stmts + 1);
        int r = lease_begin(worker->conn, &worker->lease, assign->arena, stmts, 1 + ASSIGN_TURN_STMTS, rows);
        if (r != 0)
                return r;
        *ret_n = (unsigned)pg_rows(rows[0]);
        if (*ret_n == 0) {
                lease_rollback(worker->conn);
                return 0;
        }
        assign_turns_read(assign, rows + 1);
        SetRow *set = decide_all(assign, rows[0], *ret_n);
        *ret_last = record_id(set[*ret_n - 1].before);
        return write_all(assign, set, *ret_n);
}

/* ---- the pass ---- */

static Assign assign_new(Worker *worker, Arena *arena)
{
        return (Assign){.worker = worker,
                .arena = arena,
                .authz = authz_hold(worker->entity, arena),
                .leads = runtime_module(worker->entity, STR("lead")),
                .now = clock_realtime()};
}

/* Everything that is queued against rules that are new. */
static int sweep(Worker *worker, const PgRows *rules)
{
        Arena *arena = arena_new();
        Uuid last = {};
        unsigned n = BATCH;
        int r = 0;

        while (r == 0 && n == BATCH && !worker->entity->stopping) {
                arena_reset(arena);
                Assign assign = assign_new(worker, arena);
                assign_rules_read(&assign, rules);
                PgStmt select = queued_stmt(&assign, &last);
                r = batch(&assign, &select, &n, &last);
        }
        (void)arena_free(arena);
        return r;
}

/* When the next of those who are away comes back. */
static int64_t next_return(const Assign *assign)
{
        int64_t at = INT64_MAX;

        for (unsigned i = 0; i < assign->authz->n_users; i++) {
                const AuthzUser *user = &assign->authz->users[i];
                if (user->away && user->away_until > assign->now && user->away_until < at)
                        at = user->away_until;
        }
        return at;
}

/* May somebody have become available since the queue was looked at? */
static bool queue_due(const Assign *assign, const Assigner *assigner)
{
        return assigner->authz_at != assign->authz->made_at || assign->now >= assigner->return_at ||
               clock_monotonic() - assigner->looked_at > RETRY_US;
}

static void rules_noted(const Assign *assign, Assigner *assigner)
{
        assigner->rules_mark = assign->rules_mark;
        assigner->session = assign->worker->session;
        if (assign->n_odd > 0)
                log_warn(NULL, "assignment rules left out: a field of their condition is gone",
                        KV("rules", (int64_t)assign->n_odd));
}

static int take_queued(Assign *assign, Assigner *assigner, unsigned *ret_n)
{
        int64_t authz_at = assign->authz->made_at, looked_at = clock_monotonic();
        int64_t return_at = next_return(assign);
        PgStmt select = ready_stmt(assign);
        Uuid last;
        int r = batch(assign, &select, ret_n, &last);

        if (r == 0 && *ret_n < BATCH) {
                assigner->authz_at = authz_at;
                assigner->looked_at = looked_at;
                assigner->return_at = return_at;
        }
        return r;
}

static int assign_pass(Worker *worker)
{
        static const char waiting_sql[] =
                "SELECT EXISTS (SELECT 1 FROM lead WHERE deleted_at IS NULL AND assignment = 'waiting')";
        const PgStmt stmts[] = {{.sql = assign_rules_sql}, {.sql = waiting_sql}};
        Assigner *assigner = worker->own;
        Assign assign = assign_new(worker, worker->arena);
        PgRows *rows[2];
        unsigned n = 0;
        Uuid last;

        if (!assign.authz)
                return 0;
        int r = pg_conn_exec(worker->conn, assign.arena, stmts, 2, rows);
        if (r != 0)
                return r;
        assign_rules_read(&assign, rows[0]);
        if (assigner->rules_mark != assign.rules_mark || assigner->session != worker->session) {
                r = sweep(worker, rows[0]);
                if (r == 0)
                        rules_noted(&assign, assigner);
                return r ? r : WORKER_DONE;
        }
        if (pg_bool(rows[1], 0, 0)) {
                PgStmt select = waiting_stmt(&assign);
                r = batch(&assign, &select, &n, &last);
        } else if (queue_due(&assign, assigner)) {
                r = take_queued(&assign, assigner, &n);
        }
        return r == 0 && n > 0 ? WORKER_DONE : r;
}
