#pragma once

#include <libpq-fe.h>

#include "pg/pg.h"

/* Results that live as an arena. Private to libs/pg. */

/* Takes the result; it is cleared when the arena ends. */
PgRows *pgresult_keep(Arena *arena, PGresult *result);

/* One result that several tasks read. */
typedef struct SharedResult {
        unsigned refs;
        PGresult *result;
} SharedResult;

SharedResult *pgshared_new(PGresult *result);
SharedResult *pgshared_ref(SharedResult *shared);
SharedResult *pgshared_unref(SharedResult *shared);
/* Takes the reference. */
PgRows *pgshared_keep(Arena *arena, SharedResult *shared);
