#pragma once

#include "entity/sql_write.h"

/* Many records of a module at once, in a transaction of the caller's: what the system does by itself. Neither
 * rules nor rights nor checks are asked; the values are canonical already. */

/* Whole records: columns FROM table, and then `rest` ("WHERE … FOR UPDATE"). record_row reads them, from
 * column 0. */
PgStmt stmt_records(Arena *arena, const ModuleRuntime *module, const char *rest, const PgArgs *args);

typedef struct SetRow {
        const ProtobufCMessage *before; /* not deleted; its id and version guard the change */
        const ProtobufCMessage *after;
} SetRow;

/* One statement that changes, in all rows, those of `fields` in which they differ, and writes the event and
 * the outbox row of each. Rows that are as they were are left out; *ret_n counts the others, and when it is 0
 * there is no statement to run. Of `event` only at, actor and trace are used. Answers the ids of the records
 * that were still of the version given; once it is committed, relay_poke. */
PgStmt stmt_update_set(Arena *arena, const ModuleRuntime *module, const Field *const *fields,
        unsigned n_fields, const SetRow *rows, unsigned n, const WriteEvent *event, unsigned *ret_n);
