/* The tables of all services, each a loop over its rows. */
#include "activities.cauce.h"
#include "big.h"

static void write_leads(const Big *big)
{
        ModuleRuntime module = table_module(&lead_module);
        Arena *arena = arena_new();

        for (unsigned i = 0; i < big->leads; i++) {
                row_record(arena, &module, &lead_make(arena, big, i, UINT32_MAX, NULL, NULL)->base);
                arena_reset(arena);
        }
        (void)arena_free(arena);
}

typedef struct EventWriter {
        Arena *arena;
        ModuleRuntime module;
        int64_t seq;
        unsigned step, wanted;
} EventWriter;

static void on_step(void *arg, const LeadStep *step)
{
        EventWriter *writer = arg;

        if (writer->step++ == writer->wanted)
                row_event(writer->arena, &writer->module, ++writer->seq, step,
                        step->before ? &step->before->base : NULL, &step->after->base);
}

/* All first events, all second ones…: a record's history lies apart, as in a company that is years old. */
static void write_lead_events(const Big *big)
{
        EventWriter writer = {.arena = arena_new(), .module = table_module(&lead_module)};

        for (unsigned round = 0; round < BIG_CHANGES + 2; round++)
                for (unsigned i = 0; i < big->leads; i++) {
                        if (lead_steps(big, i) <= round)
                                continue;
                        writer.step = 0;
                        writer.wanted = round;
                        (void)lead_make(writer.arena, big, i, round + 1, on_step, &writer);
                        arena_reset(writer.arena);
                }
        (void)arena_free(writer.arena);
}

static void write_refs(const Big *big)
{
        Arena *arena = arena_new();

        write_user_refs(big);

        for (unsigned i = 0; i < big->leads; i++) {
                row_ref(arena, &lead_module, &lead_make(arena, big, i, UINT32_MAX, NULL, NULL)->base);
                arena_reset(arena);
        }
        (void)arena_free(arena);
}

static void write_custom_fields(const Big *big)
{
        Arena *arena = arena_new();

        for (unsigned i = 0; i < BIG_CUSTOM; i++) {
                const Field *field = &big_custom[i];
                PgArgs *args = pg_args(arena);
                StrBuf options = {.arena = arena};
                strbuf_putc(&options, '[');
                for (unsigned j = 0; field->picklist && j < field->picklist->n_items; j++) {
                        const PicklistItem *item = &field->picklist->items[j];
                        strbuf_printf(&options, "%s{\"key\": \"%s\", \"es\": \"%s\", \"en\": \"%s\"",
                                j ? "," : "", item->key, item->label.es, item->label.en);
                        if (item->color)
                                strbuf_printf(&options, ", \"color\": \"%s\"", item->color);
                        strbuf_putc(&options, '}');
                }
                strbuf_putc(&options, ']');
                (void)pg_arg_text(args, STR("lead"));
                (void)pg_arg_text(args, str_of(field->name));
                copy_int2(args, (int16_t)field->kind);
                (void)pg_arg_text(args, str_of(field->label.es));
                (void)pg_arg_text(args, str_of(field->label.en));
                (void)pg_arg_int4(args, (int32_t)i);
                (void)pg_arg_bool(args, field->flags & FIELD_LIST);
                (void)pg_arg_jsonb(args, (Str){options.p, options.len});
                copy_row(args);
        }
        (void)arena_free(arena);
}

#define EVENT_COLUMNS "seq, event_id, module, record, version, type, at, actor, trace, changed, before, after"
#define REF_COLUMNS   "module, id, label, fold, owner, version, deleted"

const Table big_tables[] = {
        {"leads.event", .target = "leads.event_0", .columns = EVENT_COLUMNS, .write = write_lead_events},
        {"leads.lead", .columns_of = &lead_module, .columns = "fold", .write = write_leads},
        {"leads.ref_label", .columns = REF_COLUMNS, .write = write_user_refs},
        {"leads.custom_field", .columns = "module, key, kind, es, en, position, list, options",
                .write = write_custom_fields},
        {"activities.ref_label", .columns = REF_COLUMNS, .write = write_refs},
        {"activities.task", .columns_of = &task_module, .columns = "fold", .write = write_tasks},
        {"activities.event", .target = "activities.event_0", .columns = EVENT_COLUMNS,
                .write = write_task_events},
        {"identity.person", .columns_of = &user_module, .columns = "fold", .appends = true,
                .write = write_users},
        {"identity.role", .columns_of = &role_module, .columns = "fold", .appends = true,
                .write = write_roles},
        {"identity.profile", .columns_of = &profile_module, .columns = "fold", .appends = true,
                .write = write_profiles},
        {"identity.user_group", .columns_of = &group_module, .columns = "fold", .appends = true,
                .write = write_groups},
        {"identity.member", .columns_of = &member_module, .columns = "fold", .appends = true,
                .write = write_members},
        {"identity.sharing_rule", .columns_of = &sharing_rule_module, .columns = "fold", .appends = true,
                .write = write_rules},
        {"identity.people", .target = "identity.event", .columns = EVENT_COLUMNS, .appends = true,
                .write = write_people_events},
        {"identity.event", .columns = EVENT_COLUMNS, .appends = true, .write = write_user_events},
};
const unsigned big_n_tables = sizeof big_tables / sizeof *big_tables;
