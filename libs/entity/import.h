#pragma once

#include "entity/csv.h"
#include "entity/job.h"

struct Cauce__ImportRequest;

/* A CSV file into a module: header matched to fields by name or label in either language; what matches
 * nothing becomes a custom field (when asked to) or is skipped. Every row passes the same checks as a record
 * that is typed in; good rows go in by COPY with their events, 2,000 a transaction, bad ones are told with
 * line, field and reason. It goes on where it stopped after a crash. */

#define IMPORT_COLUMNS_MAX CSV_COLUMNS_MAX

/* Makes the job; it starts at once. The blob is a handle that the gateway gave out. */
const struct Cauce__Job *import_start(
        Req *rq, const ModuleRuntime *module, const struct Cauce__ImportRequest *in);
/* Runs it (libs/entity/job.c). 0 = done; > 0 = failed for good with *ret_reason; < 0 = to be tried again. */
int import_run(Entity *entity, const JobRun *job, const char **ret_reason);
