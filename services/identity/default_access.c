/* The rules of a default access: its module exists. That it stands once for a module its unique field says.
 */
#include "people.h"

static void default_access_before_save(Req *rq, const Change *change)
{
        const DefaultAccess *access = (const DefaultAccess *)change->after;

        if (access->for_module && !module_by_key(access->for_module))
                req_note(rq, UNKNOWN_MODULE, "/for_module",
                        utf8_cut(rq->arena, str_of(access->for_module), 120));
}

const EntityHooks default_access_hooks = {.before_save = default_access_before_save};
