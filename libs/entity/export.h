#pragma once

#include "entity/job.h"

struct Cauce__ExportRequest;

/* A list as a CSV file in the blob folder, for lists that are too long to be fetched in one breath. Each page
 * is read as its person would read it, with the rights of that moment; when they have become others, the job
 * fails. After a crash it begins anew. */

#define JOB_EXPORT "export"

/* Checks it, by its first record, and makes the job. `list.fields` names the columns. */
const struct Cauce__Job *export_start(Req *rq, const ModuleRuntime *module, struct Cauce__ExportRequest *in);
/* Runs it, and names its file in the job. 0 = done; > 0 = failed for good with *ret_reason, or cancelled; < 0
 * = to be tried again. */
int export_run(Entity *entity, JobRun *job, const char **ret_reason);

#define EXPORT_ACCESS 32
/* What the principal may see and export of the module, as a hash: another one is another answer. */
void export_access(Req *rq, const ModuleRuntime *module, uint8_t ret[static EXPORT_ACCESS]);
