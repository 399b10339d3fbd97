#pragma once

#include "pg/pg.h"

/* Ordered SQL files "NNNN_name.sql" of a folder, applied once each, in order, under an advisory lock, each in its own
 * transaction with its row in schema_migration (set, file, sha256, applied_at), unless its first line is
 * "-- cauce: no transaction" (CREATE INDEX CONCURRENTLY): then it is resumable by being idempotent. A file whose
 * checksum changed after it was applied, or a gap in the numbers, is refused with its name. */

typedef struct MigrateResult {
        unsigned applied, present;
        char error[400]; /* why, when the call failed */
} MigrateResult;

/* `set` names the sequence ("entity", "leads"): each has numbers of its own. `$(service)` in a file is replaced by
 * `service`. The connection is the schema owner's. 0 or < 0. */
int migrate_run(PgConn *conn, const char *folder, const char *set, const char *service, MigrateResult *ret);
