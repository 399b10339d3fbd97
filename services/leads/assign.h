#pragma once

#include "entity/authz.h"
#include "entity/hooks.h"
#include "entity/worker.h"
#include "leads.cauce.h"

/* New leads to people: the first rule that holds chooses a group, whose available people take turns. A lead
 * is only marked when it is created; one replica at a time gives the marked ones out, many in one
 * transaction. */

/* ---- what saving a lead or a rule asks (assign_wanted.c) ---- */

/* There is an active rule, so a new lead waits for its turn. Remembered for a while; a change of the rules
 * that was answered before is known. */
bool assign_wanted(Req *rq);
/* A lead was created that waits. */
void assign_poke(Req *rq);
/* The rules were changed here: every replica looks again. */
void assign_rules_changed(Req *rq);

/* Starts this replica's part. False = cannot. */
bool assign_start(Entity *entity);
extern const WorkerSpec assign_worker; /* assign.c */

/* What a replica remembers: worker->own. */
typedef struct Assigner {
        /* assign_wanted.c */
        bool any, reading;
        bool stale; /* it must be read before it is answered */
        int64_t read_at;
        uint64_t told; /* changes heard of */
        /* assign.c, of the holder */
        uint64_t session;
        uint64_t rules_mark; /* of the rules that all that is queued was tried against */
        int64_t authz_at;    /* of the generation by which the queue was looked at */
        int64_t looked_at;   /* when; monotonic */
        int64_t return_at;   /* when somebody who is away comes back; realtime, INT64_MAX = nobody */
} Assigner;

/* ---- one pass of the holder: all of it lives in the worker's arena ---- */

typedef struct AssignRule {
        Uuid id, team;
        uint32_t group; /* of authz->groups; AUTHZ_NONE: the team is gone, or not known yet */
        struct Cauce__Filter *condition; /* NULL = every lead */
} AssignRule;

typedef struct Assign {
        Worker *worker;
        Arena *arena;
        const Authz *authz;
        const ModuleRuntime *leads;
        int64_t now;
        unsigned n_rules, n_odd;
        const AssignRule *rules; /* by position; `n_odd` others can't be read */
        uint64_t rules_mark;     /* differs when they or what is known of them do */
        struct Turns *turns;
} Assign;

/* assign_rules.c */
extern const char assign_rules_sql[];
void assign_rules_read(Assign *assign, const PgRows *rows);
/* The first rule that holds for the lead; NULL = none. */
const AssignRule *assign_rule_of(const Assign *assign, const ProtobufCMessage *lead);

/* assign_turns.c */
bool assign_available(const AuthzUser *user, int64_t now);
/* Has the group anybody who would be given a lead now? */
bool assign_team_ready(const Assign *assign, uint32_t group);
#define ASSIGN_TURN_STMTS 2
/* The groups of the rules; the statements that read their turns, and what they answered. */
void assign_turns_begin(Assign *assign);
void assign_turns_stmts(const Assign *assign, PgStmt ret[static ASSIGN_TURN_STMTS]);
void assign_turns_read(Assign *assign, PgRows *const rows[static ASSIGN_TURN_STMTS]);
/* Whose turn it is, an index of authz->users; it counts as taken. AUTHZ_NONE = nobody is available, or there
 * is no group. */
uint32_t assign_turn(Assign *assign, uint32_t group);
/* The statements that keep what the turns have become. */
void assign_turns_write(const Assign *assign, PgStmt ret[static ASSIGN_TURN_STMTS]);
