#pragma once

#include "pg/pg.h"

/* One holder at a time of a named piece of work, over all replicas of a service (table `lease`). The row's
 * epoch is the fence: it grows with every change of holder, and a transaction that begins with lease_fence
 * does nothing once another has it. A session advisory lock beside it says that the holder is alive: when its
 * connection is gone the next one need not wait until the lease runs out. A holder that hangs with its
 * connection open loses it after LEASE_US. */

#define LEASE_US       INT64_C(10000000)
#define LEASE_RENEW_US INT64_C(3000000)

typedef struct Lease {
        char name[80]; /* "relay", "events.leads" */
        Uuid holder;
        int64_t key; /* of the advisory lock */
        int64_t epoch;
        int64_t renewed_at; /* monotonic µs */
        bool locked;        /* this session has the advisory lock too */
} Lease;

#define LEASE_LOST 200 /* another has it */

void lease_init(Lease *lease, const char *service, const char *name, const Uuid *holder);
/* 0 = it is ours, with a new epoch; LEASE_LOST; < 0. */
int lease_take(PgConn *conn, Lease *lease);
/* First statement of a fenced transaction, after BEGIN: no row = LEASE_LOST. It renews as well. */
PgStmt lease_fence(Arena *arena, const Lease *lease);
/* Renews after LEASE_RENEW_US, or at once: 0, LEASE_LOST or < 0. */
int lease_renew(PgConn *conn, Lease *lease, bool at_once);
/* Begins a fenced transaction with up to LEASE_STMTS statements in it, whose results are ret[0…n-1]. 0,
 * LEASE_LOST or a pg code: then it is over. */
#define LEASE_STMTS 16
int lease_begin(PgConn *conn, Lease *lease, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret);
/* The rest of it, and COMMIT. 0 or a pg code: then it was rolled back. `ret` may be NULL. */
int lease_commit(PgConn *conn, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret);
void lease_rollback(PgConn *conn);
/* Lets the next one have it without waiting. */
void lease_give_up(PgConn *conn, Lease *lease);
