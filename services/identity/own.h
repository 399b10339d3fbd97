#pragma once

#include "entity/req.h"

/* Rows of identity's own tables, those that are no module's: one guarded statement at a time. A failure ends
 * the request. */
PgRows *own_read(Req *rq, const char *sql, const PgArgs *args);
/* `id`: of the row that is locked, with the table what the writer sorts by. */
PgRows *own_write(Req *rq, const char *sql, const PgArgs *args, const char *table, const Uuid *id);
/* The first half of a hash as such an id. */
Uuid own_id(const uint8_t hash[static 16]);

/* A secret as it is stored: a nonce and libsodium's secretbox under a key of the installation's secret, one
 * for each purpose. Both in the arena. */
Str seal(Req *rq, const char *purpose, const void *data, size_t len);
/* False: it was not sealed with this secret. */
bool unseal(Req *rq, const char *purpose, Str sealed, Str *ret);
