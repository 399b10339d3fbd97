#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "base/uuid.h"

/* PostgreSQL for one daemon: libpq connections in pipeline mode on the loop. Calls park the running task
 * until the answer is there. Parameters and results travel in binary. A connection that breaks reconnects
 * with back-off; calls meanwhile wait for it until their deadline.
 *
 * Results: 0, a documented outcome > 0, or a fault < 0. Deadlines are of the monotonic clock; 0 = in ten
 * seconds. A read whose connection breaks is sent once more by itself. A write that was sent waits up to five
 * seconds past its deadline for certainty before it is PG_FAULT_UNKNOWN. */

typedef struct Pg Pg;
typedef struct PgConn PgConn;
typedef struct pg_result PgRows;

enum PgOutcome {
        PG_E_UNIQUE = 1, /* or an exclusion constraint; pg_constraint tells which */
        PG_E_FOREIGN_KEY,
        PG_E_CHECK,
        PG_E_NOT_NULL,
        PG_E_LOCKED, /* lock_timeout or deadlock: may be repeated */
        PG_E_SERIALIZATION,
        PG_E_TIMEOUT, /* statement_timeout (5 s on the reader and the writer), or the deadline: not done */
        PG_E_DATA,    /* class 22: a value PostgreSQL does not take */
};

enum PgFault {
        PG_FAULT = -1000,        /* any other SQL error; pg_error tells it, for the log alone */
        PG_FAULT_DOWN = -1001,   /* no connection in time, or it broke: nothing was done */
        PG_FAULT_UNKNOWN = -1002 /* the connection broke after sending a write: it may have been done */
};

typedef struct PgConfig {
        const char *conninfo; /* libpq's; search_path comes with the role. The connections' application_name
                               * is its application_name or else its user, ":" and what they are for */
        unsigned write_connections;  /* default 2: a record's writes always go through the same one */
        unsigned list_connections;   /* default 4 */
        unsigned locked_connections; /* default 4 */
        int list_timeout_ms;         /* statement_timeout of lists; default 10000 */
} PgConfig;

/* The parameters of one statement, $1 first. Values are copied into the arena. Each pg_arg_* returns the
 * number of its parameter, from 1. */
#define PG_ARGS_MAX 1000
typedef struct PgArgs {
        Arena *arena;
        unsigned n, max; /* grows as needed, up to PG_ARGS_MAX */
        uint32_t *types;
        const char **values; /* NULL = SQL null */
        int *lengths;
} PgArgs;

PgArgs *pg_args(Arena *arena);
unsigned pg_arg_null(PgArgs *args, uint32_t type);
unsigned pg_arg_bool(PgArgs *args, bool value);
unsigned pg_arg_int4(PgArgs *args, int32_t value);
unsigned pg_arg_int8(PgArgs *args, int64_t value);
unsigned pg_arg_text(PgArgs *args, Str value);
unsigned pg_arg_uuid(PgArgs *args, const Uuid *value);
unsigned pg_arg_date(PgArgs *args, int32_t days);         /* since 1970 */
unsigned pg_arg_timestamptz(PgArgs *args, int64_t at_us); /* since 1970 */
unsigned pg_arg_jsonb(PgArgs *args, Str json);
unsigned pg_arg_bytea(PgArgs *args, const void *data, size_t len);
unsigned pg_arg_uuid_array(PgArgs *args, const Uuid *values, unsigned n);
unsigned pg_arg_int8_array(PgArgs *args, const int64_t *values, unsigned n);
unsigned pg_arg_text_array(PgArgs *args, const Str *values, unsigned n);

/* Type OIDs that are used by name. */
enum PgType {
        PG_BOOL = 16,
        PG_BYTEA = 17,
        PG_INT8 = 20,
        PG_INT4 = 23,
        PG_TEXT = 25,
        PG_DATE = 1082,
        PG_TIMESTAMPTZ = 1184,
        PG_UUID = 2950,
        PG_JSONB = 3802,
        PG_TEXT_ARRAY = 1009,
        PG_INT8_ARRAY = 1016,
        PG_UUID_ARRAY = 2951,
};

typedef struct PgStmt {
        const char *sql;    /* lives as long as the process, or at least until the call returns; compared by
                               content */
        const PgArgs *args; /* NULL = none */
        bool generic;       /* pg_list: one plan serves whatever the values are, it is made once */
} PgStmt;

/* ---- opening ---- */
/* Returns at once and connects in the background. PG_FAULT = the conninfo can't be read. The config is
 * copied. */
int pg_open(Loop *loop, const PgConfig *config, Pg **ret);
/* Calls under way end with PG_FAULT_DOWN, sets that were sent with PG_FAULT_UNKNOWN; open transactions are
 * rolled back. Not from within a turn hook. */
Pg *pg_close(Pg *pg);
bool pg_ready(const Pg *pg); /* every connection it needs is up */

/* ---- reading ---- */
/* One row by id, coalesced: ids asked for in one turn with the same sql become one statement. `sql` has one
 * parameter, uuid[], and the id as its first column. *ret_row = -1 when there is none. Rows live as the
 * arena. */
int pg_get(Pg *pg, Arena *arena, const char *sql, const Uuid *id, int64_t deadline_us, PgRows **ret,
        int *ret_row);
/* Statements on the reader, prepared, pipelined with what others ask in this turn. Plans are generic: for
 * what goes by key. `ret` holds n results. They must only read: they may run twice. */
int pg_read(Pg *pg, Arena *arena, const PgStmt *stmts, unsigned n, int64_t deadline_us, PgRows **ret);
/* Statements on one of the list connections: prepared, but planned for the values at hand, unless the first
 * one says `generic`; statement_timeout: at most what is left of the deadline. */
int pg_list(Pg *pg, Arena *arena, const PgStmt *stmts, unsigned n, int64_t deadline_us, PgRows **ret);

/* ---- writing: the grouped writer ---- */
/* One guarded statement = one write set. All sets that have come in travel in one pipeline with one sync,
 * sorted by (table, id), lock_timeout 50 ms. A failing set is answered; one that waits for a lock goes to the
 * locked pool under its own deadline; the others run again at once. Zero rows is not an error here: the
 * statement refused. */
typedef struct PgWrite {
        PgStmt stmt;
        const char *table; /* sort key, with the id of the first record locked */
        Uuid id;
} PgWrite;
int pg_save(Pg *pg, Arena *arena, const PgWrite *write, int64_t deadline_us, PgRows **ret);

/* ---- writing: an own transaction ---- */
/* Takes a connection of the locked pool for a transaction (READ COMMITTED, at most a second, BEGIN travels
 * with the first statement). It is rolled back when the arena ends, unless committed. Inside: pg_tx_exec
 * alone. After a failure it is over: every later call on it, pg_tx_commit too, gets that failure. */
typedef struct PgTx PgTx;
int pg_tx_begin(Pg *pg, Arena *arena, int64_t deadline_us, PgTx **ret);
/* One that writes many rows may last up to `most_us`: readers of the event feed wait for it, so two seconds
 * at the very most. */
void pg_tx_most(PgTx *tx, int64_t most_us);
int pg_tx_exec(PgTx *tx, Arena *arena, const PgStmt *stmt, PgRows **ret);
/* Several at once, in order, in one round trip: `ret` holds n results. The first that fails ends it;
 * *ret_failed is its number, n = none of them. */
int pg_tx_exec_all(
        PgTx *tx, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret, unsigned *ret_failed);
int pg_tx_commit(PgTx *tx);
/* Rolls it back now, not when the arena ends. */
void pg_tx_give_up(PgTx *tx);

/* ---- a connection of one's own: relay, consumers, jobs, migrations ---- */
/* It is used by one task at a time and does not reconnect: its session's locks and settings would be gone.
 * Once it has broken, calls get PG_FAULT_DOWN; close it and open another. Calls wait without a deadline.
 * After a failure inside a transaction that the caller has begun, the transaction is rolled back when the
 * call returns. */
int pg_conn_open(
        Loop *loop, const char *conninfo, PgConn **ret); /* parks until connected: 0 or PG_FAULT_DOWN */
PgConn *pg_conn_close(PgConn *conn);
bool pg_conn_up(const PgConn *conn);
/* A transaction that the caller has begun on it is open. */
bool pg_conn_in_transaction(const PgConn *conn);
/* n statements, prepared, in one pipeline with one sync (one implicit transaction unless the statements open
 * one). `ret` holds n results; NULL = none are wanted. */
int pg_conn_exec(PgConn *conn, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret);
/* Simple protocol, several statements separated by ';', for migrations. */
int pg_conn_script(PgConn *conn, const char *sql);
/* COPY … FROM STDIN: begin with the statement, put bytes, end. Every begin that returned 0 needs its end,
 * even after a put that failed. Bytes that PostgreSQL does not take are told at the end. */
int pg_copy_begin(PgConn *conn, const char *sql);
int pg_copy_put(PgConn *conn, const void *data, size_t len);
int pg_copy_end(PgConn *conn, int64_t *ret_rows);
/* A 64-bit advisory lock held by the session: 0 = got it, PG_E_LOCKED = another has it. */
int pg_conn_try_lock(PgConn *conn, int64_t key);

/* ---- what went wrong, for the caller that logs or answers ---- */
/* Of the last outcome or fault this task was given; valid until its next pg call. "" when there is none.
 * pg_error is "SQLSTATE: message". */
const char *pg_constraint(void);
const char *pg_error(void);

/* ---- rows ---- */
/* What is null, out of range or of another size than asked for reads as zero or empty. */
int pg_rows(const PgRows *rows);
int pg_columns(const PgRows *rows);
int64_t pg_affected(const PgRows *rows);         /* rows inserted, changed, deleted, copied or selected */
size_t pg_row_size(const PgRows *rows, int row); /* bytes of its values */
bool pg_null(const PgRows *rows, int row, int column);
bool pg_bool(const PgRows *rows, int row, int column);
int64_t pg_int(const PgRows *rows, int row, int column); /* int2, int4, int8 */
/* text, varchar, bytea; jsonb without its version byte. A NUL byte follows it. */
Str pg_text(const PgRows *rows, int row, int column);
/* A string of its own; NULL when it is null. */
char *pg_text_copy(const PgRows *rows, int row, int column, Arena *arena);
Uuid pg_uuid(const PgRows *rows, int row, int column);
int32_t pg_date(const PgRows *rows, int row, int column);
int64_t pg_timestamptz(const PgRows *rows, int row, int column); /* µs since 1970 */
/* Elements of a one-dimensional array, a null as an empty or zero one. The texts live as the rows. */
unsigned pg_text_array(const PgRows *rows, int row, int column, Arena *arena, Str **ret);
unsigned pg_int_array(const PgRows *rows, int row, int column, Arena *arena, int64_t **ret);

/* `fn` runs in the task that has waited for `us` microseconds or more on one of the pools, with the text of
 * the (first) statement, never with its values; queueing counts too. For the whole process; fn NULL = none.
 * Connections of one's own are not told of: jobs take their time. */
void pg_on_slow(int64_t us, void (*fn)(const char *sql, int64_t us));

/* Counters for /metrics. */
typedef struct PgStats {
        uint64_t gets, get_statements, reads, lists, writes, write_groups;
        uint64_t write_retries; /* sets that were sent again after their group had failed */
        uint64_t locked;        /* own transactions begun, and sets moved to the locked pool */
        uint64_t reconnects;    /* connections lost */
        unsigned list_waiting, write_waiting, locked_waiting;
        unsigned connections, connections_up;
        unsigned list_busy, locked_busy; /* connections in use */
        unsigned prepared;               /* statements, over all connections */
} PgStats;
void pg_stats(const Pg *pg, PgStats *ret);
