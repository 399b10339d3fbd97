/* The rules of a sharing rule: of at most one party, with exactly one, and a condition that can be read. */
#include <string.h>

#include "entity.pb-c.h"
#include "entity/filter_match.h"
#include "people.h"

static void refuse_filter(Req *rq, Str part)
{
        req_note(rq, INVALID_FIELD, "/filter", utf8_cut(rq->arena, part, 120));
}

/* Custom fields are known to the module's own service alone, which leaves out a rule that it cannot read; of
 * them only the form is looked at. */
static void check_condition(Req *rq, const ModuleRuntime *module, Str part)
{
        const Cauce__Filter *filter = filter_part(rq->arena, part);
        const char *why;

        if (!filter)
                refuse_filter(rq, part);
        else if (strncmp(filter->field, "custom.", 7) != 0 &&
                 !filter_check(rq->arena, rq->entity, module, filter, &why))
                refuse_filter(rq, str_of(why));
}

/* Part by part: of a filter that cannot be read, what is wrong is named. */
static void check_filter(Req *rq, const SharingRule *rule, const Module *module)
{
        const ModuleRuntime runtime = {.module = module};
        Str text = str_trim(str_of(rule->filter));
        unsigned n = 0;

        for (Str part; str_take(&text, '&', &part); n++)
                check_condition(rq, &runtime, part);
        if (n > FILTER_DEPTH_MAX)
                req_note(rq, OUT_OF_RANGE, "/filter", "8");
}

static void sharing_rule_before_save(Req *rq, const Change *change)
{
        const SharingRule *rule = (const SharingRule *)change->after;
        const Module *module = rule->for_module ? module_by_key(rule->for_module) : NULL;
        int from = !!rule->has_from_user + !!rule->has_from_role + !!rule->has_from_branch +
                   !!rule->has_from_group;
        int to = !!rule->has_to_user + !!rule->has_to_role + !!rule->has_to_branch + !!rule->has_to_group;

        if (rule->for_module && !module)
                req_note(rq, UNKNOWN_MODULE, "/for_module",
                        utf8_cut(rq->arena, str_of(rule->for_module), 120));
        if (module && rule->filter &&
                (change_has(rq, change, "filter") || change_has(rq, change, "for_module")))
                check_filter(rq, rule, module);
        if (from > 1)
                req_note(rq, ONE_SOURCE, "/from_user", NULL);
        if (to != 1)
                req_note(rq, ONE_RECIPIENT, "/to_user", NULL);
}

const EntityHooks sharing_rule_hooks = {.before_save = sharing_rule_before_save};
