/* The rules of an assignment rule: its condition is one that leads can be tried against. */
#include "assign.h"
#include "entity.pb-c.h"
#include "entity/filter_match.h"

/* The first part that is no condition: it must not get lost. p = NULL: there is none. */
static Str odd_part(Arena *arena, Str text)
{
        for (Str part; str_take(&text, '&', &part);)
                if (!filter_part(arena, part))
                        return part.len ? part : STR("&&");
        return (Str){};
}

static void check_condition(Req *rq, const char *text)
{
        const ModuleRuntime *leads = runtime_module(rq->entity, STR("lead"));
        Str condition = str_trim(str_of(text));
        const char *why;

        if (condition.len == 0)
                return;
        Str odd = odd_part(rq->arena, condition);
        if (odd.p)
                req_note(rq, BAD_CONDITION, "/filter", utf8_cut(rq->arena, odd, 80));
        else if (!filter_check(rq->arena, rq->entity, leads, filter_text(rq->arena, condition), &why))
                req_note(rq, BAD_CONDITION, "/filter", why);
}

static void assignment_rule_before_save(Req *rq, const Change *change)
{
        const AssignmentRule *rule = (const AssignmentRule *)change->after;

        if (rule->filter && utf8_valid(str_of(rule->filter)) && change_has(rq, change, "filter"))
                check_condition(rq, rule->filter);
}

static void assignment_rule_after_save(Req *rq, const Change *change)
{
        (void)change;
        assign_rules_changed(rq);
}

static void assignment_rule_after_delete(Req *rq, const ProtobufCMessage *record)
{
        (void)record;
        assign_rules_changed(rq);
}

const EntityHooks assignment_rule_hooks = {.before_save = assignment_rule_before_save,
        .after_save = assignment_rule_after_save,
        .after_delete = assignment_rule_after_delete};
