/* The assignment rules in force, in their order. */
#include "assign.h"
#include "entity.pb-c.h"
#include "entity/filter_match.h"

const char assign_rules_sql[] =
        "SELECT id, version, filter, team FROM assignment_rule "
        "WHERE deleted_at IS NULL AND inactive IS NOT TRUE ORDER BY position, id LIMIT 1000";

static void mark(uint64_t *hash, const void *data, size_t len)
{
        const uint8_t *bytes = data;

        for (size_t i = 0; i < len; i++)
                *hash = (*hash ^ bytes[i]) * UINT64_C(0x100000001b3);
}

/* False: it can't be tried, a custom field of its is gone. */
static bool read_condition(const Assign *assign, Str text, struct Cauce__Filter **ret)
{
        const char *why;

        text = str_trim(text);
        *ret = filter_text(assign->arena, text);
        if (text.len == 0)
                return true;
        return *ret && filter_check(assign->arena, assign->worker->entity, assign->leads, *ret, &why);
}

void assign_rules_read(Assign *assign, const PgRows *rows)
{
        AssignRule *rules = arena_array(assign->arena, (size_t)pg_rows(rows) + 1, sizeof *rules);

        assign->rules = rules;
        assign->rules_mark = UINT64_C(0xcbf29ce484222325);
        for (int row = 0; row < pg_rows(rows); row++) {
                AssignRule *rule = &rules[assign->n_rules];
                Uuid team = pg_uuid(rows, row, 3);
                int64_t version = pg_int(rows, row, 1);
                *rule = (AssignRule){.id = pg_uuid(rows, row, 0),
                        .team = team,
                        .group = authz_group(assign->authz, &team)};
                if (!read_condition(assign, pg_text(rows, row, 2), &rule->condition)) {
                        assign->n_odd++;
                        continue;
                }
                mark(&assign->rules_mark, &rule->id, sizeof rule->id);
                mark(&assign->rules_mark, &version, sizeof version);
                mark(&assign->rules_mark, rule->group == AUTHZ_NONE ? "-" : "+", 1);
                assign->n_rules++;
        }
}

const AssignRule *assign_rule_of(const Assign *assign, const ProtobufCMessage *lead)
{
        for (unsigned i = 0; i < assign->n_rules; i++) {
                const AssignRule *rule = &assign->rules[i];
                if (!rule->condition || filter_match(assign->arena, assign->worker->entity, assign->leads,
                                                rule->condition, assign->now, lead))
                        return rule;
        }
        return NULL;
}
