#pragma once

#include "entity/change_all.h"
#include "entity/list_private.h"
#include "entity/write.h"

#define CHANGE_ALL_ROWS 500 /* of one transaction */

typedef struct ChangeAllRow {
        const ProtobufCMessage *before;
        int64_t line; /* its place among the records of the job */
        bool refused;
        ReqProblem problem;
        Write write; /* stmt.sql NULL: nothing to do */
        PgRows *rows;
} ChangeAllRow;

typedef struct ChangeAll {
        Entity *entity;
        const JobRun *job;
        const ModuleRuntime *module;
        const struct Cauce__ChangeAllRequest *spec;
        Uuid after;       /* ids up to here are done */
        int64_t position; /* records so far */
        Arena *arena;     /* of the chunk */
        unsigned n;
        ChangeAllRow *rows;
        const ChangeAllRow *only; /* the one that is read again; NULL = the next chunk */
        const char *reason;       /* it failed for good */
} ChangeAll;

/* change_all.c */
Selection change_all_selection(
        Req *rq, const ModuleRuntime *module, const struct Cauce__ChangeAllRequest *in);

/* change_all_chunk.c: reads and checks the next rows (all->n = 0: no more), or the only one. As the job's
 * person; false = it failed, rq says why. */
bool change_all_read(ChangeAll *all, Req *rq);
/* Writes what was checked, and the job's progress. 0; JOB_ENDED, or > 0: an outcome of one of them; nothing
 * was written. */
int change_all_write(ChangeAll *all);
