/* Conditions to SQL, their notation, orders and cursors. */
#include "entity/test-runtime.h"

#include <cmocka.h>
#include <string.h>

#include "entity.pb-c.h"
#include "entity/cursor.h"
#include "entity/filter.h"
#include "entity/relative.h"
#include "entity/sort.h"

typedef struct Case {
        const char *text, *sql; /* sql NULL = refused */
} Case;

typedef struct Build {
        TestWorld *world;
        const char *text;
        StrBuf sql;
        PgArgs *args;
} Build;

static void build_filter(Req *rq, void *arg)
{
        Build *build = arg;
        Cauce__Filter *filter = filter_text(rq->arena, str_of(build->text));

        build->sql = (StrBuf){.arena = rq->arena};
        build->args = pg_args(rq->arena);
        assert_non_null(filter);
        filter_sql(rq, &build->world->module, filter, rq->entity->zone, &build->sql, build->args);
}

static void test_filter_sql(void **state)
{
        static const Case cases[] = {
                {"stage[eq]=new", NULL}, /* not an option */
                {"stage[eq]=offer", "(l.stage = $1)"},
                {"stage=offer", "(l.stage = $1)"},
                {"stage[ne]=offer", "(l.stage IS DISTINCT FROM $1)"},
                {"stage[in]=offer,analysis", "(l.stage = ANY($1))"},
                {"stage[nin]=offer", "((l.stage = $1) IS NOT TRUE)"},
                {"stage[empty]=", "l.stage IS NULL"},
                {"stage[filled]=", "l.stage IS NOT NULL"},
                {"score[gt]=5", "(l.score > $1)"},
                {"score[between]=1,9", "(l.score BETWEEN $1 AND $2)"},
                {"score[gt]=x", NULL},
                {"contacted_by_sales[eq]=true", "(l.contacted_by_sales)"},
                {"contacted_by_sales[ne]=true", "(l.contacted_by_sales IS NOT TRUE)"},
                {"contacted_by_sales[eq]=maybe", NULL},
                {"created_at[this]=week", "((l.created_at >= $1 AND l.created_at < $2))"},
                {"created_at[last]=7d", "((l.created_at >= $1 AND l.created_at < $2))"},
                {"created_at[last]=7x", NULL},
                {"created_at[eq]=2026-11-21", "((l.created_at >= $1 AND l.created_at < $2))"},
                {"created_at[lt]=2026-11-21", "(l.created_at < $1)"},
                {"name[contains]=Gómez", "(l.fold LIKE $1 AND fold_sql(l.name) LIKE $2)"},
                {"address[starts]=Calle", "(fold_sql(l.address) LIKE $1)"},
                {"custom.nick[eq]=x", "((cf_text(l.custom, 'nick') COLLATE \"es-x-icu\") = $1)"},
                {"custom.visits[gt]=3", "(cf_number(l.custom, 'visits') > ($1::text)::numeric)"},
                {"custom.vip[eq]=true", "(cf_bool(l.custom, 'vip'))"},
                {"custom.since[ge]=2026-01-01", "(cf_key(l.custom, 'since') >= $1)"},
                {"custom.size[in]=small,big", "(cf_key(l.custom, 'size') = ANY($1))"},
                {"custom.nothing[eq]=1", NULL},
                {"nothing[eq]=1", NULL},
                {"custom[eq]=1", NULL},
                {"labels[eq]=1", NULL},
                {"name[drop]=1", NULL},
                {"assigned_to[eq]=x", NULL},
                {"stage[eq]=offer&score[gt]=1", "((l.stage = $1) AND (l.score > $2))"},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                TestWorld world;
                world_init(&world);
                Build build = {.world = &world, .text = cases[i].text};
                bool taken = world_run(&world, build_filter, &build);
                if (!cases[i].sql) {
                        assert_false(taken);
                        assert_int_equal(world.rq.problems[0].code, MSG_BAD_FILTER);
                } else {
                        assert_true(taken);
                        assert_string_equal(build.sql.p, cases[i].sql);
                }
                world_done(&world);
        }
}

/* A value never reaches the text. */
static void test_filter_injection(void **state)
{
        TestWorld world;

        (void)state;
        world_init(&world);
        Build build = {.world = &world, .text = "name[eq]=x' OR true --"};
        assert_true(world_run(&world, build_filter, &build));
        assert_string_equal(build.sql.p, "(l.name = $1)");
        assert_memory_equal(build.args->values[0], "x' OR true --", 13);
        build.text = "custom.nick') OR true[eq]=1";
        assert_false(world_run(&world, build_filter, &build));
        world_done(&world);
}

static void test_filter_param(void **state)
{
        Arena *arena = arena_new();

        (void)state;
        Cauce__Filter *filter = filter_param(arena, STR("city[in]"), STR("a,,b"));
        assert_string_equal(filter->field, "city");
        assert_string_equal(filter->op, "in");
        assert_int_equal(filter->n_values, 3);
        assert_string_equal(filter->values[1], "");
        assert_null(filter_param(arena, STR("[eq]"), STR("1")));
        assert_null(filter_param(arena, STR("city[eq"), STR("1")));
        assert_null(filter_param(arena, STR(""), STR("1")));
        filter = filter_part(arena, STR("q[contains]=a=b"));
        assert_string_equal(filter->op, "contains");
        assert_int_equal(filter->n_values, 1);
        assert_string_equal(filter->values[0], "a=b");
        filter = filter_part(arena, STR("city"));
        assert_string_equal(filter->op, "eq");
        assert_int_equal(filter->n_values, 0);
        assert_null(filter_part(arena, STR("")));
        assert_null(filter_part(arena, STR("=1")));
        assert_null(filter_text(arena, STR("")));
        assert_null(filter_text(arena, STR("city=1&&stage=new")));
        arena_free(arena);
}

/* ---- calendar words ---- */

static void test_relative(void **state)
{
        static const struct {
                const char *op, *value, *from, *to; /* dates in Bogotá; today is Wednesday 2026-11-18 */
        } cases[] = {
                {"today", "", "2026-11-18", "2026-11-19"},
                {"this", "week", "2026-11-16", "2026-11-23"},
                {"this", "month", "2026-11-01", "2026-12-01"},
                {"this", "quarter", "2026-10-01", "2027-01-01"},
                {"this", "year", "2026-01-01", "2027-01-01"},
                {"last", "7d", "2026-11-12", "2026-11-19"},
                {"last", "2w", "2026-11-05", "2026-11-19"},
                {"next", "3d", "2026-11-18", "2026-11-21"},
                {"last", "1m", "2026-10-19", "2026-11-19"},
        };
        const Zone *zone;
        int64_t now;

        (void)state;
        assert_int_equal(zone_open("America/Bogota", &zone), 0);
        /* 23:30 on the 18th in Bogotá is the 19th in UTC. */
        assert_int_equal(instant_parse(STR("2026-11-18T23:30:00-05:00"), &now), 0);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                TimeRange days, instants;
                char from[11], to[11];
                assert_true(relative_range(KIND_DATE, cases[i].op, str_of(cases[i].value), now, zone, &days));
                date_format((int32_t)days.from, from);
                date_format((int32_t)days.to, to);
                assert_string_equal(from, cases[i].from);
                assert_string_equal(to, cases[i].to);
                assert_true(relative_range(
                        KIND_DATETIME, cases[i].op, str_of(cases[i].value), now, zone, &instants));
                assert_int_equal(instants.from, zone_midnight(zone, (int32_t)days.from));
                assert_int_equal(instants.to, zone_midnight(zone, (int32_t)days.to));
        }
}

/* ---- orders and cursors ---- */

typedef struct Ordering {
        TestWorld *world;
        const char *text;
        Sort sort;
} Ordering;

static void build_sort(Req *rq, void *arg)
{
        Ordering *ordering = arg;

        sort_parse(rq, &ordering->world->module, str_of(ordering->text), &ordering->sort);
}

static void test_sort(void **state)
{
        static const struct {
                const char *text, *order, *after, *tail; /* order NULL = refused; tail NULL = none */
        } cases[] = {
                {"-created_at", " ORDER BY l.created_at DESC, l.id DESC",
                        " AND (l.created_at, l.id) < ($1, $2)", NULL},
                {"company", " ORDER BY l.company, l.id",
                        " AND l.company IS NOT NULL AND (l.company, l.id) > ($1, $2)",
                        " AND l.company IS NULL AND l.id > $1"},
                {"-score,name", " ORDER BY l.score DESC NULLS LAST, l.name NULLS LAST, l.id DESC",
                        " AND (l.score < $1 OR l.score IS NULL OR l.score = $2 AND "
                        "(l.name > $3 OR l.name IS NULL OR l.name = $4 AND l.id < $5))",
                        NULL},
                {"custom.visits", " ORDER BY cf_number(l.custom, 'visits'), l.id",
                        " AND cf_number(l.custom, 'visits') IS NOT NULL AND (cf_number(l.custom, 'visits'), l.id) > "
                        "(($1::text)::numeric, $2)",
                        " AND cf_number(l.custom, 'visits') IS NULL AND l.id > $1"},
                {"interest_detail", NULL, NULL, NULL}, /* long text */
                {"custom", NULL, NULL, NULL},
                {"a,b,c,d", NULL, NULL, NULL},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                TestWorld world;
                world_init(&world);
                Ordering ordering = {.world = &world, .text = cases[i].text};
                bool taken = world_run(&world, build_sort, &ordering);
                assert_int_equal(taken, cases[i].order != NULL);
                if (taken) {
                        StrBuf order = {.arena = world.arena}, after = {.arena = world.arena};
                        Cursor cursor = {
                                .n = ordering.sort.n, .keys = {{.text = STR("a")}, {.text = STR("b")}}};
                        sort_order(&ordering.sort, NULL, &order);
                        assert_string_equal(order.p, cases[i].order);
                        sort_after(&ordering.sort, &cursor, false, &after, pg_args(world.arena));
                        assert_string_equal(after.p, cases[i].after);
                        assert_int_equal(sort_has_tail(&ordering.sort), cases[i].tail != NULL);
                        if (cases[i].tail) {
                                after.len = 0;
                                cursor.tail = true;
                                sort_after(&ordering.sort, &cursor, true, &after, pg_args(world.arena));
                                assert_string_equal(after.p, cases[i].tail);
                        }
                }
                world_done(&world);
        }
}

static void test_cursor(void **state)
{
        static const Store stores[] = {STORE_TEXT, STORE_INT8};
        Arena *arena = arena_new();
        const Cursor cursor = {.n = 2, .keys = {{.text = STR("Muñoz")}, {.null = true}}, .id = uuid_v7()};
        Cursor back;

        (void)state;
        char *text = cursor_write(arena, &cursor, stores, STR("query"));
        assert_int_equal(cursor_read(arena, str_of(text), stores, 2, STR("query"), &back), 0);
        assert_int_equal(back.keys[0].text.len, strlen("Muñoz"));
        assert_memory_equal(back.keys[0].text.p, "Muñoz", strlen("Muñoz"));
        assert_true(back.keys[1].null);
        assert_memory_equal(&back.id, &cursor.id, sizeof cursor.id);
        /* Of another query, with another byte, cut short. */
        assert_int_not_equal(cursor_read(arena, str_of(text), stores, 2, STR("other"), &back), 0);
        assert_int_not_equal(cursor_read(arena, str_of(text), stores, 1, STR("query"), &back), 0);
        for (size_t i = 0; i < strlen(text); i++) {
                char *forged = arena_strdup(arena, text);
                forged[i] = forged[i] == 'A' ? 'B' : 'A';
                assert_int_not_equal(cursor_read(arena, str_of(forged), stores, 2, STR("query"), &back), 0);
                assert_int_not_equal(cursor_read(arena, (Str){text, i}, stores, 2, STR("query"), &back), 0);
        }
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_filter_sql),
                cmocka_unit_test(test_filter_injection),
                cmocka_unit_test(test_filter_param),
                cmocka_unit_test(test_relative),
                cmocka_unit_test(test_sort),
                cmocka_unit_test(test_cursor),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
