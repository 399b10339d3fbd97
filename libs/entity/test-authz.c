/* A generation out of records: the tree, groups, rules, and who is in what. */
#include "entity/test-people.h"

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entity/authz_wait.h"

static uint32_t user_of(const People *people, const Authz *authz, const char *name)
{
        Uuid id = people_find(people, name);
        uint32_t index = authz_user(authz, &id);

        if (index == AUTHZ_NONE)
                fail_msg("no user %s", name);
        return index;
}

static bool below(const People *people, const Authz *authz, const char *user, const char *above)
{
        return authz_is_below(authz, user_of(people, authz, user), user_of(people, authz, above));
}

static void test_tree(void **state)
{
        static const struct {
                const char *user, *above;
                bool below;
        } cases[] = {
                {"chief", "boss", true},
                {"ana", "boss", true},
                {"ana", "chief", true},
                {"sur", "chief", true},
                {"boss", "chief", false},
                {"chief", "ana", false},
                {"ana", "leo", false},
                {"leo", "ana", false},
                {"sur", "ana", false},
                {"ana", "ana", false},
                {"solo", "boss", false},
                {"ana", "solo", false},
                {"solo", "solo", false},
                {"lost", "boss", false},
                {"ana", "lost", false},
                {"other", "boss", false},
                {"ana", "other", false},
                {"odd", "boss", false},
        };
        People *people = people_new();

        (void)state;
        people_role(people, "ceo", NULL);
        people_role(people, "sales", "ceo");
        people_role(people, "north", "sales");
        people_role(people, "south", "sales");
        people_role(people, "another", NULL);
        people_role(people, "orphan", "gone");
        (void)people_user(people, "boss", "ceo", NULL);
        (void)people_user(people, "chief", "sales", NULL);
        (void)people_user(people, "ana", "north", NULL);
        (void)people_user(people, "leo", "north", NULL);
        (void)people_user(people, "sur", "south", NULL);
        (void)people_user(people, "solo", NULL, NULL);
        (void)people_user(people, "lost", "gone", "gone");
        (void)people_user(people, "other", "another", NULL);
        (void)people_user(people, "odd", "orphan", NULL);
        Authz *authz = people_build(people);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                if (below(people, authz, cases[i].user, cases[i].above) != cases[i].below)
                        fail_msg("%s below %s: not %d", cases[i].user, cases[i].above, cases[i].below);
        assert_int_equal(authz->epoch, 7);
        assert_int_equal(authz->users[user_of(people, authz, "lost")].profile, AUTHZ_NONE);
        for (uint32_t i = 1; i < authz->n_users; i++)
                assert_true(uuid_compare(&authz->users[i - 1].id, &authz->users[i].id) < 0);
        (void)authz_unref(authz);
        (void)arena_free(people->arena);
}

/* x → y → z → x, with w below x; and one that reports to itself. */
static void test_cycles(void **state)
{
        People *people = people_new();

        (void)state;
        people_role(people, "x", NULL);
        people_role(people, "y", "x");
        people_role(people, "z", "y");
        people_role(people, "w", "x");
        people_role(people, "self", NULL);
        people_refer(people, "z", &((Role *)people->records[0].record)->parent,
                &((Role *)people->records[0].record)->has_parent);
        people_refer(people, "self", &((Role *)people->records[4].record)->parent,
                &((Role *)people->records[4].record)->has_parent);
        (void)people_user(people, "ux", "x", NULL);
        (void)people_user(people, "uy", "y", NULL);
        (void)people_user(people, "uz", "z", NULL);
        (void)people_user(people, "uw", "w", NULL);
        (void)people_user(people, "us", "self", NULL);
        Authz *authz = people_build(people);
        static const char *const users[] = {"ux", "uy", "uz", "uw", "us"};
        for (unsigned i = 0; i < 5; i++)
                for (unsigned j = 0; j < 5; j++) {
                        bool expected = i == 3 && j == 0;
                        if (below(people, authz, users[i], users[j]) != expected)
                                fail_msg("%s below %s: not %d", users[i], users[j], expected);
                }
        (void)authz_unref(authz);
        (void)arena_free(people->arena);
}

/* Whether `above` is met on the way up from `role`, where nobody on a cycle has a parent. */
static bool climbs_to(const int *parents, const bool *cyclic, int role, int above)
{
        while (role >= 0 && !cyclic[role]) {
                role = parents[role];
                if (role == above)
                        return role >= 0;
        }
        return false;
}

static bool on_cycle(const int *parents, int n, int role)
{
        int at = parents[role];

        for (int i = 0; i < n && at >= 0 && at != role; i++)
                at = parents[at];
        return at == role;
}

#define RANDOM_ROLES 40

static void test_random_trees(void **state)
{
        char names[RANDOM_ROLES][16];
        int parents[RANDOM_ROLES];
        bool cyclic[RANDOM_ROLES];

        (void)state;
        srand(3);
        for (unsigned round = 0; round < 200; round++) {
                People *people = people_new();
                for (int i = 0; i < RANDOM_ROLES; i++) {
                        (void)snprintf(names[i], sizeof names[i], "r%d", i);
                        people_role(people, names[i], NULL);
                        parents[i] = rand() % (RANDOM_ROLES + 4) - 4;
                }
                for (int i = 0; i < RANDOM_ROLES; i++) {
                        Role *role = (Role *)people->records[i].record;
                        cyclic[i] = on_cycle(parents, RANDOM_ROLES, i);
                        if (parents[i] >= 0)
                                people_refer(people, names[parents[i]], &role->parent, &role->has_parent);
                        (void)people_user(people, NULL, names[i], NULL);
                }
                Authz *authz = people_build(people);
                for (int i = 0; i < RANDOM_ROLES; i++)
                        for (int j = 0; j < RANDOM_ROLES; j++) {
                                uint32_t a = authz_user(authz, &people->ids[RANDOM_ROLES + i]);
                                uint32_t b = authz_user(authz, &people->ids[RANDOM_ROLES + j]);
                                if (authz_is_below(authz, a, b) != climbs_to(parents, cyclic, i, j))
                                        fail_msg("round %u: r%d below r%d", round, i, j);
                        }
                (void)authz_unref(authz);
                (void)arena_free(people->arena);
        }
}

/* As deep as there are roles: nothing recurses, nothing is quadratic. */
static void test_deep_tree(void **state)
{
        enum { DEPTH = 5000 };
        People *people = people_new();

        (void)state;
        for (unsigned i = 0; i < DEPTH; i++) {
                Role *role = (Role *)record_new(people->arena, &role_meta);
                if (i > 0)
                        record_set_uuid(people->arena, &role->parent, &role->has_parent, &people->ids[i - 1]);
                (void)people_add(people, &role_module, NULL, &role->base);
        }
        Authz *authz = people_build(people);
        uint32_t top = authz_role(authz, &people->ids[0]), last = authz_role(authz, &people->ids[DEPTH - 1]);
        assert_int_equal(authz->roles[top].first, 0);
        assert_int_equal(authz->roles[top].end, DEPTH);
        assert_int_equal(authz->roles[last].first, DEPTH - 1);
        assert_int_equal(authz->roles[last].end, DEPTH);
        (void)authz_unref(authz);
        (void)arena_free(people->arena);
}

static void test_groups(void **state)
{
        People *people = people_new();

        (void)state;
        people_group(people, "team");
        people_group(people, "empty");
        (void)people_user(people, "ana", NULL, NULL);
        (void)people_user(people, "leo", NULL, NULL);
        (void)people_user(people, "sur", NULL, NULL);
        Member *ana = people_member(people, "team", "ana"), *leo = people_member(people, "team", "leo");
        ana->has_weight = leo->has_weight = true;
        ana->weight = 3;
        leo->weight = -2;
        (void)people_member(people, "team", "sur");
        (void)people_member(people, "team", "sur");
        (void)people_member(people, "team", "gone");
        (void)people_member(people, "gone", "ana");
        Authz *authz = people_build(people);
        Uuid id = people_find(people, "team"), none = people_find(people, "empty");
        const AuthzGroup *team = &authz->groups[authz_group(authz, &id)];
        assert_int_equal(team->n_members, 3);
        assert_int_equal(authz->groups[authz_group(authz, &none)].n_members, 0);
        for (unsigned i = 0; i < 3; i++) {
                const AuthzMember *member = &team->members[i];
                const char *label = authz->users[member->user].label;
                assert_int_equal(member->weight, streq(label, "ana") ? 3 : streq(label, "leo") ? 0 : 1);
                assert_true(i == 0 || team->members[i - 1].user < member->user);
        }
        (void)authz_unref(authz);
        (void)arena_free(people->arena);
}

static void test_rules(void **state)
{
        People *people = people_new();

        (void)state;
        people_role(people, "sales", NULL);
        people_group(people, "team");
        (void)people_user(people, "ana", "sales", NULL);
        (void)people_rule(people, "good", "user ana", "role sales", "see", NULL);
        (void)people_rule(people, "everybody", NULL, "group team", "change", "");
        (void)people_rule(people, "conditional", NULL, "branch sales", "see", "city[eq]=05001");
        people_rule(people, "inactive", NULL, "user ana", "see", NULL)->inactive = true;
        ((SharingRule *)people->records[people->n - 1].record)->has_inactive = true;
        (void)people_rule(people, "to nobody", "user ana", NULL, "see", NULL);
        (void)people_rule(people, "from gone", "user gone", "user ana", "see", NULL);
        (void)people_rule(people, "to gone", NULL, "group gone", "see", NULL);
        (void)people_rule(people, "odd", NULL, "user ana", "delete", NULL);
        (void)people_rule(people, "no access", NULL, "user ana", NULL, NULL);
        SharingRule *twice = people_rule(people, "two sources", "user ana", "user ana", "see", NULL);
        people_refer(people, "sales", &twice->from_role, &twice->has_from_role);
        people_rule(people, "of no module", NULL, "user ana", "see", NULL)->for_module = NULL;
        Authz *authz = people_build(people);
        unsigned seen = 0;
        for (unsigned i = 0; i < authz->n_rules; i++) {
                const AuthzRule *rule = &authz->rules[i];
                seen |= streq(rule->label, "good") ? 1 : streq(rule->label, "everybody") ? 2 : 4;
                assert_int_equal(rule->change, streq(rule->label, "everybody"));
                assert_int_equal(rule->filter != NULL, streq(rule->label, "conditional"));
                assert_int_equal(rule->from.kind, streq(rule->label, "good") ? PARTY_USER : PARTY_EVERYBODY);
        }
        assert_int_equal(authz->n_rules, 3);
        assert_int_equal(seen, 7);
        (void)authz_unref(authz);
        (void)arena_free(people->arena);
}

static void test_parties(void **state)
{
        static const struct {
                AuthzPartyKind kind;
                const char *name;
                const char *users; /* a letter each */
        } cases[] = {
                {PARTY_USER, "b", "b"},
                {PARTY_ROLE, "sales", "bc"},
                {PARTY_BRANCH, "sales", "bcd"},
                {PARTY_BRANCH, "north", "d"},
                {PARTY_BRANCH, "ceo", "abcd"},
                {PARTY_GROUP, "team", "ae"},
        };
        static const char *const users[] = {"a", "b", "c", "d", "e"};
        static const char *const roles[] = {"ceo", "sales", "sales", "north", NULL};
        People *people = people_new();

        (void)state;
        people_role(people, "ceo", NULL);
        people_role(people, "sales", "ceo");
        people_role(people, "north", "sales");
        people_group(people, "team");
        for (unsigned i = 0; i < 5; i++)
                (void)people_user(people, users[i], roles[i], NULL);
        (void)people_member(people, "team", "a");
        (void)people_member(people, "team", "e");
        Authz *authz = people_build(people);
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                Uuid id = people_find(people, cases[i].name);
                AuthzParty party = {cases[i].kind, cases[i].kind == PARTY_USER    ? authz_user(authz, &id)
                                                   : cases[i].kind == PARTY_GROUP ? authz_group(authz, &id)
                                                                                  : authz_role(authz, &id)};
                const Uuid *ids;
                unsigned n = authz_party_users(authz, people->arena, &party, &ids);
                assert_int_equal(n, strlen(cases[i].users));
                for (unsigned j = 0; j < 5; j++) {
                        bool expected = strchr(cases[i].users, users[j][0]) != NULL;
                        if (authz_in_party(authz, &party, user_of(people, authz, users[j])) != expected)
                                fail_msg("%s in %d %s: not %d", users[j], cases[i].kind, cases[i].name,
                                        expected);
                }
                for (unsigned j = 1; j < n; j++)
                        assert_true(uuid_compare(&ids[j - 1], &ids[j]) < 0);
        }
        (void)authz_unref(authz);
        (void)arena_free(people->arena);
}

/* A key whose person is gone is none; nothing at all is a generation too. */
static void test_keys_and_nothing(void **state)
{
        static const char *const scopes[] = {"leads.lead:see", "leads.lead:change", NULL};
        People *people = people_new();

        (void)state;
        Authz *authz = people_build(people);
        assert_int_equal(authz->n_users + authz->n_roles + authz->n_rules + authz->n_keys, 0);
        (void)authz_unref(authz);
        (void)people_user(people, "ana", NULL, NULL);
        people_key(people, "good", "ana", scopes, 50);
        people_key(people, "lost", "gone", scopes, 50);
        people_key(people, "nobody's", NULL, scopes, 50);
        authz = people_build(people);
        Uuid good = people_find(people, "good"), lost = people_find(people, "lost");
        uint32_t key = authz_key(authz, &good);
        assert_int_equal(authz->n_keys, 1);
        assert_int_equal(key, 0);
        assert_int_equal(authz->keys[key].user, user_of(people, authz, "ana"));
        assert_string_equal(authz->keys[key].scopes[0], "leads.lead:change");
        assert_string_equal(authz->keys[key].scopes[1], "leads.lead:see");
        assert_int_equal(authz_key(authz, &lost), AUTHZ_NONE);
        (void)authz_unref(authz);
        (void)arena_free(people->arena);
}

static void test_epoch_parse(void **state)
{
        static const char *const others[] = {"", " ", "1", "1 ", " 1", "1 2 ", "1  2", "-1 2", "1 -2", "1 x",
                "1\n2", "99999999999999999999 1"};
        AuthzEpoch told = {7, 7};

        (void)state;
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
                if (authz_epoch_parse(str_of(others[i]), &told))
                        fail_msg("\"%s\" was taken", others[i]);
        assert_false(authz_epoch_parse((Str){}, &told));
        assert_int_equal(told.epoch, 7);
        assert_true(authz_epoch_parse(STR("0 18"), &told));
        assert_int_equal(told.epoch, 0);
        assert_int_equal(told.rights, 18);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_tree),
                cmocka_unit_test(test_cycles),
                cmocka_unit_test(test_random_trees),
                cmocka_unit_test(test_deep_tree),
                cmocka_unit_test(test_groups),
                cmocka_unit_test(test_rules),
                cmocka_unit_test(test_parties),
                cmocka_unit_test(test_keys_and_nothing),
                cmocka_unit_test(test_epoch_parse),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
