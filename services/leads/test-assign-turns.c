/* Whose turn it is, without a database: fairness among those who are there, nothing made up for those who
 * come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "assign.h"

#define PEOPLE 8

typedef struct Table {
        Assign assign;
        Authz authz;
        AuthzUser users[PEOPLE];
        AuthzMember members[PEOPLE];
        AuthzGroup group;
        AssignRule rule;
        unsigned given[PEOPLE];
} Table;

/* A group of n people of these weights. */
static void table_init(Table *table, const unsigned *weights, unsigned n)
{
        *table = (Table){.assign = {.arena = arena_new(), .now = 1000000}};
        for (unsigned i = 0; i < n; i++) {
                table->users[i] = (AuthzUser){.id = {.b = {[15] = (uint8_t)(i + 1)}}};
                table->members[i] = (AuthzMember){.user = i, .weight = weights[i]};
        }
        table->group = (AuthzGroup){.id = {.b = {1}}, .n_members = n, .members = table->members};
        table->authz = (Authz){.n_users = n, .users = table->users, .n_groups = 1, .groups = &table->group};
        table->assign.authz = &table->authz;
        table->assign.rules = &table->rule;
        table->assign.n_rules = 1;
        assign_turns_begin(&table->assign);
}

static void table_done(Table *table)
{
        arena_free(table->assign.arena);
}

static void give(Table *table, unsigned n)
{
        while (n-- > 0) {
                uint32_t user = assign_turn(&table->assign, 0);
                if (user != AUTHZ_NONE)
                        table->given[user]++;
        }
}

static void test_one_after_another(void **state)
{
        static const unsigned weights[] = {1, 1, 1};
        Table table;

        (void)state;
        table_init(&table, weights, 3);
        for (uint32_t i = 0; i < 7; i++)
                assert_int_equal(assign_turn(&table.assign, 0), i % 3);
        table_done(&table);
}

static void test_weights(void **state)
{
        static const unsigned weights[] = {1, 2, 3, 0};
        Table table;

        (void)state;
        table_init(&table, weights, 4);
        give(&table, 600);
        assert_int_equal(table.given[0], 100);
        assert_int_equal(table.given[1], 200);
        assert_int_equal(table.given[2], 300);
        assert_int_equal(table.given[3], 0);
        table_done(&table);
}

static void test_nobody(void **state)
{
        static const unsigned weights[] = {0, 1};
        Table table;

        (void)state;
        table_init(&table, weights, 2);
        table.users[1].inactive = true;
        assert_false(assign_team_ready(&table.assign, 0));
        assign_turns_begin(&table.assign);
        assert_int_equal(assign_turn(&table.assign, 0), AUTHZ_NONE);
        table_done(&table);
}

static void test_available(void **state)
{
        static const struct {
                AuthzUser user;
                bool available;
        } cases[] = {
                {{}, true},
                {{.inactive = true}, false},
                {{.away = true}, false},
                {{.away = true, .away_until = 999}, true},
                {{.away = true, .away_until = 1000}, true},
                {{.away = true, .away_until = 1001}, false},
                {{.away_until = 5000}, true},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                assert_int_equal(assign_available(&cases[i].user, 1000), cases[i].available);
}

/* Any weights, turns taken in any number: those of one start never differ by more than one full turn. */
static void test_never_a_turn_apart(void **state)
{
        (void)state;
        for (unsigned seed = 1; seed <= 200; seed++) {
                unsigned weights[PEOPLE];
                Table table;
                srandom(seed);
                for (unsigned i = 0; i < PEOPLE; i++)
                        weights[i] = 1 + (unsigned)random() % 20;
                table_init(&table, weights, PEOPLE);
                for (unsigned turn = 0; turn < 500; turn++) {
                        give(&table, 1);
                        for (unsigned i = 0; i < PEOPLE; i++)
                                for (unsigned j = 0; j < PEOPLE; j++) {
                                        double apart = (double)table.given[i] / weights[i] -
                                                       (double)table.given[j] / weights[j];
                                        if (apart > 1.000001)
                                                fail_msg("seed %u, turn %u: %u and %u are %f apart", seed,
                                                        turn, i, j, apart);
                                }
                }
                table_done(&table);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_one_after_another),
                cmocka_unit_test(test_weights),
                cmocka_unit_test(test_nobody),
                cmocka_unit_test(test_available),
                cmocka_unit_test(test_never_a_turn_apart),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
