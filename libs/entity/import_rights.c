/* The rights of an import: its columns when it is made, the person behind it while it runs. */
#include "entity/import_rights.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/csv_file.h"

/* ---- when it is made ---- */

static bool on_header(void *arg, int64_t line, const Str *cells, unsigned n)
{
        (void)import_survey_row(arg, line, cells, n);
        return false;
}

void import_check_header(
        Req *rq, const ModuleRuntime *module, const Cauce__ImportRequest *in, const char *path)
{
        const ModuleAccess *access = principal_access(rq, module);
        ImportSurvey *survey = arena_alloc(rq->arena, sizeof *survey);
        ImportMap *map = arena_alloc(rq->arena, sizeof *map);

        if (!access || !access->withholds)
                return;
        *survey = (ImportSurvey){.arena = rq->arena, .entity = rq->entity, .module = module};
        /* A file that is no CSV has no header; the job will say so. */
        (void)csv_file_read(path, encoding_of(in->encoding), on_header, survey);
        import_map_header(map, rq->arena, module, in, survey);
        for (unsigned i = 0; i < map->n; i++)
                if (map->fields[i] &&
                        access_withheld(access, map->fields[i]) & (ACCESS_ON_CREATE | ACCESS_ON_VIEW))
                        req_note(rq, FORBIDDEN_FIELD, survey->headers[i], NULL);
        req_check(rq);
}

/* ---- while it runs ---- */

typedef struct Ask {
        const ModuleRuntime *module;
        const ImportMap *map;
        bool allowed;
} Ask;

static bool may(const ModuleAccess *access, const ImportMap *map)
{
        if (!(access->rights & ACCESS_IMPORT))
                return false;
        for (unsigned i = 0; access->withholds && i < map->n; i++)
                if (map->fields[i] &&
                        access_withheld(access, map->fields[i]) & (ACCESS_ON_CREATE | ACCESS_ON_VIEW))
                        return false;
        return true;
}

static void ask_body(Req *rq, void *arg)
{
        Ask *ask = arg;

        ask->allowed = may(principal_access(rq, ask->module), ask->map);
}

/* Whoever is gone or inactive, or whose key is, may nothing. */
int import_allowed(Entity *entity, const JobRun *job, const ModuleRuntime *module, const ImportMap *map)
{
        Ask ask = {.module = module, .map = map};
        const CallContext context = job_context(job);
        Arena *arena = arena_new();
        Req rq;

        bool known = req_run(&rq, arena, entity, &context, ask_body, &ask) ||
                     (rq.n_problems > 0 && rq.problems[0].code == MSG_SIGN_IN);
        (void)arena_free(arena);
        return !known ? -1 : ask.allowed ? 0 : 1;
}
