#pragma once

#include <libpq-fe.h>

#include "pg/pg.h"

/* What went wrong, shared by all calls that it hit. Private to libs/pg. */

typedef enum FailureKind {
        FAILURE_OWN,        /* the statement's own: repeating it gives the same */
        FAILURE_ROW,        /* unique or foreign key: a row of another transaction may have been the cause */
        FAILURE_CONFLICT,   /* locks: it may be repeated */
        FAILURE_STALE_PLAN, /* the prepared statement is gone or its table changed: prepare it again */
} FailureKind;

typedef struct PgFailure {
        unsigned refs;
        int code; /* PgOutcome or PgFault */
        FailureKind kind;
        char constraint[64];
        char text[300];
} PgFailure;

PgFailure *pgfailure_new(int code, const char *text);
/* Of an error that PostgreSQL answered. */
PgFailure *pgfailure_of(const PGresult *error);
PgFailure *pgfailure_ref(PgFailure *failure);
PgFailure *pgfailure_unref(PgFailure *failure);
/* Remembers it for the running task's pg_error and pg_constraint, drops the reference, returns the code. */
int pgfailure_tell(PgFailure *failure);
