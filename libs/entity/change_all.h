#pragma once

#include "entity/job.h"

struct Cauce__ChangeAllRequest;

/* One change of every record that a filter finds, or their deletion: a job. Each record is read, checked and
 * written as if its person had changed it alone, with the rights of that moment; 500 a transaction, in the
 * order of their ids. What can't be changed is rejected and told; it goes on where it stopped after a crash.
 * Records that are created after the job are left alone. */

#define JOB_CHANGE_ALL "bulk"

/* Checks it and makes the job. */
const struct Cauce__Job *change_all_start(
        Req *rq, const ModuleRuntime *module, const struct Cauce__ChangeAllRequest *in);
/* Runs it. 0 = done; > 0 = failed for good with *ret_reason; < 0 = to be tried again. */
int change_all_run(Entity *entity, const JobRun *job, const char **ret_reason);
