#pragma once

#include "entity/import_map.h"

/* What an import may write, by the rights of the person it is for. */

/* When the job is made: the file's header is read, and the request ends with FORBIDDEN_FIELD for every column
 * that goes into a field which may not be viewed or given on creating; the problem names the header. */
void import_check_header(
        Req *rq, const ModuleRuntime *module, const struct Cauce__ImportRequest *in, const char *path);

/* While it runs: 0 = the person still may, 1 = not any more, < 0 = it is not known just now. */
int import_allowed(Entity *entity, const JobRun *job, const ModuleRuntime *module, const ImportMap *map);
