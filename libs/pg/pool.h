#pragma once

#include "pg/call.h"
#include "pg/conn.h"

/* A daemon's connections: one reader, one grouped writer, a few for lists, a few for own transactions.
 * Private to libs/pg. */

typedef struct Reader {
        PgConn *conn;
        CallQueue waiting;
        unsigned flying; /* batches under way */
} Reader;

typedef struct ListSlot {
        Pg *pg;
        PgConn *conn;
        bool busy;
        int timeout_ms; /* statement_timeout in force, 0 = not known */
        int plans;      /* LIST_PLANS_… in force, 0 = not known */
} ListSlot;

typedef struct Lists {
        ListSlot *slots;
        unsigned n;
        CallQueue waiting;
} Lists;

typedef struct Writer {
        Pg *pg;
        PgConn *conn;
        CallQueue waiting; /* for the next group */
        CallQueue again;   /* of a group that failed, the failing ones taken out */
        CallQueue held;    /* refused over a row that another member may have made: answered when `again` is
                              through */
        unsigned flying;   /* segments under way */
        unsigned failures; /* since the group was first sent */
} Writer;

typedef struct SaveCall SaveCall;

typedef struct LockedSlot {
        Pg *pg;
        PgConn *conn;
        SaveCall *save; /* a member that left a group runs on it */
        PgTx *tx;       /* a transaction holds it */
        bool ending;    /* a transaction is being rolled back on it */
} LockedSlot;

typedef struct Locked {
        LockedSlot *slots;
        unsigned n, n_saves;
        CallQueue waiting; /* transactions to begin */
        CallQueue moved;   /* members that left their groups */
} Locked;

struct Pg {
        Loop *loop;
        PgConfig config;
        Reader reader;
        Writer *writers;
        unsigned n_writers;
        Lists lists;
        Locked locked;
        PgStats stats;
        bool closing; /* nothing is sent any more */
};

/* A call for pg_save: in the writer's queues, or in the locked pool's. */
struct SaveCall {
        Call call;
        Writer *writer;       /* by its record: what changes one record stands in one queue */
        const PgWrite *write; /* the caller's, as long as it waits */
        uint64_t arrived;
        PGresult *result;
};

/* Sends what waits, if it can; called at the end of a turn. */
void pgreader_flush(Pg *pg);
void pgwriter_flush(Pg *pg);
void pglist_flush(Pg *pg);
void pglocked_flush(Pg *pg);
/* Each part of pg_close: ends what waits, closes the connections. */
void pgreader_close(Pg *pg);
void pgwriter_close(Pg *pg);
void pglist_close(Pg *pg);
void pglocked_close(Pg *pg);
int pglist_open(Pg *pg, PgFailure **ret_failure);
int pglocked_open(Pg *pg, PgFailure **ret_failure);
int pgreader_open(Pg *pg, PgFailure **ret_failure);
int pgwriter_open(Pg *pg, PgFailure **ret_failure);

/* A connection of the pool that reconnects; `changed` gets `arg`. NULL = *ret_failure. */
PgConn *pgpool_conn(Pg *pg, const char *role, const char *settings, void (*changed)(PgConn *conn, void *arg),
        void *arg, PgFailure **ret_failure);
bool pgconn_usable(const PgConn *conn);

/* The locked pool takes over a member whose rows are locked by others. */
void pglocked_take(Pg *pg, SaveCall *save);
bool pglocked_up(const Pg *pg); /* a connection of the pool is up */
/* tx.c: gives the connection to the transaction that waits for one; takes it away, for it broke. */
void pgtx_lend(LockedSlot *slot, Call *waiting);
void pgtx_lost(LockedSlot *slot);
/* A member on the same record is there: the next one had better queue behind it. */
bool pglocked_has(const Pg *pg, const PgWrite *write);
