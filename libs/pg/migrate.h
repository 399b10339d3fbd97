#pragma once

#include "pg/pg.h"

/* Ordered SQL files "NNNN_name.sql" of a folder, from 0001, applied once each, in order, under an advisory
 * lock, each in its own transaction with its row in schema_migration (set, file, sha256, applied_at). A file
 * whose first line is "-- cauce: no transaction" (for CREATE INDEX CONCURRENTLY) runs statement by statement
 * instead and is resumable by being idempotent. A file whose checksum changed after it was applied, or a gap
 * in the numbers, is refused with its name. Files applied beyond the folder's last number are a newer
 * version's and no error. A file that waits over three seconds for a lock lets go and tries again, twenty
 * times. */

typedef struct MigrateResult {
        unsigned applied, present;
        char error[400]; /* why, when the call failed */
} MigrateResult;

/* `set` names the sequence ("entity", "leads"): each has numbers of its own. `$(service)` in a file is
 * replaced by `service`. The connection is the schema owner's. 0 or < 0. */
int migrate_run(PgConn *conn, const char *folder, const char *set, const char *service, MigrateResult *ret);
