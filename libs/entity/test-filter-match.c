/* Conditions in C and in SQL say the same: random filters over random records of every kind. */
#include "entity/test-random.h"

#include "entity.pb-c.h"
#include "entity/filter_match.h"
#include "identity.cauce.h"

#define FILTERS 1500

static const char *const zones[] = {"Z", "-05:00", "+13:45"};

/* ---- random conditions ---- */

static const char *value_text(Ground *ground, const Field *field)
{
        Arena *arena = ground->world.arena;
        Value value = random_value(ground, field);
        StrBuf buf = {.arena = arena};
        char text[UUID_TEXT + 1];

        if (below(25) == 0)
                return PICK(words);
        switch (store_of(field->kind)) {
        case STORE_TEXT:
        case STORE_TEXTS:
                return random_text(arena, field);
        case STORE_INT8:
                strbuf_put_decimal(&buf, value.number,
                        field->kind == KIND_INTEGER || field->kind == KIND_NUMBER ? 0
                        : field->kind == KIND_MONEY                               ? 2
                                                                                  : 6,
                        0);
                return buf.p;
        case STORE_BOOL:
                return below(2) ? "true" : "false";
        case STORE_UUID:
                uuid_format(&value.uuid, text);
                return arena_strdup(arena, text);
        default:
                break;
        }
        int64_t at = random_instant(ground->world.entity.zone, ground->now);
        if (below(2)) {
                date_format(zone_date(ground->world.entity.zone, at), text);
                return arena_strdup(arena, text);
        }
        instant_format(at, text);
        return arena_printf(arena, "%.*s%s", (int)strlen(text) - 1, text, PICK(zones));
}

static void set_calendar(Ground *ground, Cauce__Filter *filter)
{
        static const char *const ops[] = {"this", "last", "next", "today"};
        static const char *const periods[] = {"day", "week", "month", "quarter", "year"};
        static const char units[] = "dwmy";
        unsigned op = below(4);

        filter->op = (char *)ops[op];
        filter->n_values = op < 3;
        filter->values[0] =
                op == 0 ? (char *)PICK(periods)
                        : arena_printf(ground->world.arena, "%u%c", 1 + below(20), units[below(4)]);
}

static void set_leaf(Ground *ground, Cauce__Filter *filter)
{
        static const char *const ops[] = {"eq", "ne", "lt", "le", "gt", "ge", "in", "nin", "between",
                "contains", "starts", "empty", "filled", "eq", "ne", "in", "nin", "contains", "starts",
                "drop"};
        Arena *arena = ground->world.arena;
        const ModuleRuntime *module = ground->module;
        unsigned pick = below(module->n_columns + 2 * module->n_custom);
        const Field *field = pick < module->n_columns
                                     ? module->columns[pick]
                                     : module->custom[(pick - module->n_columns) % module->n_custom];
        Store store = store_of(field->kind);

        filter->field = (char *)runtime_field_name(arena, field);
        filter->values = arena_array(arena, 4, sizeof *filter->values);
        if ((store == STORE_TIME || store == STORE_DATE) && below(3) == 0) {
                set_calendar(ground, filter);
                return;
        }
        filter->op = (char *)PICK(ops);
        if (streq(filter->op, "empty") || streq(filter->op, "filled"))
                return;
        bool many = streq(filter->op, "in") || streq(filter->op, "nin") || store == STORE_TEXTS;
        filter->n_values = streq(filter->op, "between") ? 2 : many ? 1 + below(4) : 1;
        for (size_t i = 0; i < filter->n_values; i++)
                filter->values[i] = (char *)value_text(ground, field);
}

static Cauce__Filter *random_filter(Ground *ground, unsigned depth)
{
        Arena *arena = ground->world.arena;
        Cauce__Filter *filter = arena_alloc(arena, sizeof *filter);
        unsigned kind = depth < 3 ? below(6) : 5;

        cauce__filter__init(filter);
        if (kind == 2) {
                filter->not_ = random_filter(ground, depth + 1);
        } else if (kind < 2) {
                Cauce__Filter **parts = arena_array(arena, 3, sizeof(Cauce__Filter *));
                size_t n = 1 + below(3);
                for (size_t i = 0; i < n; i++)
                        parts[i] = random_filter(ground, depth + 1);
                *(kind ? &filter->all : &filter->any) = parts;
                *(kind ? &filter->n_all : &filter->n_any) = n;
        } else {
                set_leaf(ground, filter);
        }
        return filter;
}

static bool orders_texts(const ModuleRuntime *module, const Cauce__Filter *filter)
{
        static const char *const ops[] = {"lt", "le", "gt", "ge", "between"};

        for (size_t i = 0; i < filter->n_all; i++)
                if (orders_texts(module, filter->all[i]))
                        return true;
        for (size_t i = 0; i < filter->n_any; i++)
                if (orders_texts(module, filter->any[i]))
                        return true;
        if (filter->not_)
                return orders_texts(module, filter->not_);
        if (!filter->field || store_of(runtime_field(module, str_of(filter->field))->kind) != STORE_TEXT)
                return false;
        for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
                if (streq(filter->op, ops[i]))
                        return true;
        return false;
}

static void show(StrBuf *out, const Cauce__Filter *filter)
{
        const char *head = filter->n_all ? "all(" : filter->n_any ? "any(" : filter->not_ ? "not(" : "(";

        strbuf_puts(out, head);
        for (size_t i = 0; i < filter->n_all; i++)
                show(out, filter->all[i]);
        for (size_t i = 0; i < filter->n_any; i++)
                show(out, filter->any[i]);
        if (filter->not_)
                show(out, filter->not_);
        if (filter->field)
                strbuf_printf(out, "%s[%s]", filter->field, filter->op);
        for (size_t i = 0; i < filter->n_values; i++)
                strbuf_printf(out, " «%s»", filter->values[i]);
        strbuf_putc(out, ')');
}

/* ---- both ---- */

typedef struct Twin {
        Ground *ground;
        const Cauce__Filter *filter;
        StrBuf sql;
        PgArgs *args;
} Twin;

static void build_sql(Req *rq, void *arg)
{
        Twin *twin = arg;

        rq->now = twin->ground->now;
        twin->args = pg_args(rq->arena);
        twin->sql = (StrBuf){.arena = rq->arena};
        strbuf_printf(&twin->sql, "SELECT number FROM %s l WHERE ", twin->ground->module->module->table);
        filter_sql(rq, twin->ground->module, twin->filter, rq->entity->zone, &twin->sql, twin->args);
        strbuf_puts(&twin->sql, " ORDER BY number");
}

static void compare(const Ground *ground, const Twin *twin, uint64_t began)
{
        const TestWorld *world = &ground->world;
        PGresult *found = ask_rows(twin->sql.p, twin->args);
        int at = 0;

        for (unsigned i = 0; i < ground->n; i++) {
                bool sql = at < pg_rows(found) && pg_int(found, at, 0) == ground->numbers[i];
                bool c = filter_match(world->arena, &world->entity, ground->module, twin->filter, ground->now,
                        ground->records[i]);
                at += sql;
                if (sql == c)
                        continue;
                StrBuf text = {.arena = world->arena}, record = {.arena = world->arena};
                show(&text, twin->filter);
                storage_put_json(&record, ground->module->module, ground->records[i], NULL, 0);
                fail_msg("CAUCE_SEED=%llu: %s is %d in SQL and %d in C\n%s\n%s", (unsigned long long)began,
                        text.p, sql, c, twin->sql.p, record.p);
        }
        PQclear(found);
}

static unsigned try_filter(Ground *ground, uint64_t began)
{
        TestWorld *world = &ground->world;
        Twin twin = {.ground = ground, .filter = random_filter(ground, 0)};
        const char *why;
        bool taken = world_run(world, build_sql, &twin);
        bool checked = filter_check(world->arena, &world->entity, ground->module, twin.filter, &why);

        if (checked != (taken && !orders_texts(ground->module, twin.filter))) {
                StrBuf text = {.arena = world->arena};
                show(&text, twin.filter);
                fail_msg("CAUCE_SEED=%llu: %s is taken by SQL %d, by C %d", (unsigned long long)began, text.p,
                        taken, checked);
        }
        if (checked)
                compare(ground, &twin, began);
        return checked;
}

static void try_module(Ground *ground)
{
        unsigned taken = 0;
        uint64_t began = seed;

        ground_fill(ground);
        for (unsigned i = 0; i < FILTERS; i++)
                taken += try_filter(ground, began);
        assert_true(taken > FILTERS / 4);
        world_done(&ground->world);
}

static void test_leads(void **state)
{
        static Ground ground;

        (void)state;
        world_init(&ground.world);
        ground.module = &ground.world.module;
        try_module(&ground);
}

/* A module with multi-picklists. */
static void test_profiles(void **state)
{
        static Ground ground;

        (void)state;
        world_init(&ground.world);
        ground.module = &ground.world.module;
        ground.module->module = &profile_module;
        ground.module->n_columns = 0;
        for (unsigned i = 0; i < profile_meta.n_fields; i++)
                if (store_of(profile_meta.fields[i].kind) != STORE_NONE)
                        ground.world.columns[ground.module->n_columns++] = &profile_meta.fields[i];
        try_module(&ground);
}

/* What can't be said in C, or at all. */
static void test_refused(void **state)
{
        static const char *const cases[][2] = {
                {"company[gt]=a", "company[gt]"},
                {"custom.nick[between]=a,b", "custom.nick[between]"},
                {"nothing[eq]=1", "nothing[eq]"},
                {"custom[filled]=", "custom[filled]"},
                {"score[eq]=many", "score[eq]"},
                {"score[gt]=1&created_at[last]=9x", "created_at[last]"},
        };
        TestWorld world;

        (void)state;
        world_init(&world);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                const char *why = NULL;
                assert_false(filter_check(world.arena, &world.entity, &world.module,
                        filter_text(world.arena, str_of(cases[i][0])), &why));
                assert_string_equal(why, cases[i][1]);
        }
        world_done(&world);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_leads),
                cmocka_unit_test(test_profiles),
                cmocka_unit_test(test_refused),
        };

        return cmocka_run_group_tests(tests, random_setup, random_teardown);
}
