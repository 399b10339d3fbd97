#pragma once

#include "entity/job.h"
#include "entity/req.h"

/* Up to 2,000 rows of an import, committed in one transaction together with the job's position. */

#define CHUNK_ROWS 2000

typedef struct ChunkRow {
        int64_t line;
        ProtobufCMessage *record; /* NULL = rejected */
        Uuid id;
        ReqProblem problem;
} ChunkRow;

typedef struct Chunk {
        Arena *arena;
        unsigned n;
        ChunkRow rows[CHUNK_ROWS];
} Chunk;

/* Writes the good rows, their events, the rejects and the job's new position. 0; PG_E_UNIQUE: some row's
 * value exists already, nothing was written; JOB_ENDED: nothing either; other codes are faults. */
int chunk_commit(
        Entity *entity, const ModuleRuntime *module, const JobRun *job, Chunk *chunk, int64_t position);
