/* What is a grant, what is a denial, and what becomes of a list of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "people.h"

typedef struct Case {
        const char *text;
        bool valid;
} Case;

static void check(const Case *cases, size_t n, bool (*valid)(const char *text))
{
        for (size_t i = 0; i < n; i++)
                if (valid(cases[i].text) != cases[i].valid)
                        fail_msg("\"%s\" should be %s", cases[i].text, cases[i].valid ? "valid" : "refused");
}

static void test_grants(void **state)
{
        static const Case cases[] = {
                {"leads.lead:see", true},
                {"leads.lead:mass_duplicate", true},
                {"identity.user_session:delete", true},
                {"", false},
                {":", false},
                {"leads.lead", false},
                {"leads.lead:", false},
                {":see", false},
                {"leads.lead:view", false},
                {"leads.lead:See", false},
                {"leads.lead:see ", false},
                {" leads.lead:see", false},
                {"leads.lead:see:see", false},
                {"leads.lea:see", false},
                {"leads.lead.phone:see", false},
                {"leads:see", false},
                {"lead:see", false},
        };

        (void)state;
        check(cases, sizeof cases / sizeof cases[0], grant_valid);
}

static void test_denials(void **state)
{
        static const Case cases[] = {
                {"leads.lead.phone:view", true},
                {"leads.lead.phone:create", true},
                {"leads.lead.custom.visits:change", true},
                {"leads.lead.custom.v_2:change", true},
                {"leads.lead.custom:view", true},
                {"", false},
                {"leads.lead:view", false},
                {"leads.lead.:view", false},
                {"leads.lead.phone", false},
                {"leads.lead.phone:", false},
                {"leads.lead.phone:see", false},
                {"leads.lead.wings:view", false},
                {"leads.leadxphone:view", false},
                {"leads.lead.custom.:view", false},
                {"leads.lead.custom.2v:view", false},
                {"leads.lead.custom._v:view", false},
                {"leads.lead.custom.Visits:view", false},
                {"leads.lead.custom.visits.x:view", false},
                {"leads.lead.custom.a:b:view", false},
                {"leads.lead.custom.a23456789012345678901234567890123456789012345678901:view", false},
                {"leads.lead.custom.a2345678901234567890123456789012345678901234567890:view", true},
                {"leads.other.phone:view", false},
        };

        (void)state;
        check(cases, sizeof cases / sizeof cases[0], denial_valid);
}

static void check_list(Req *rq, void *arg)
{
        char *texts[] = {(char *)"leads.lead:see", (char *)"no:see", (char *)"leads.lead:create",
                (char *)"leads.lead:see", (char *)"no:see"};
        size_t n = 5;

        (void)arg;
        texts_check(rq, "/grants", &n, texts, NULL, grant_valid, MSG_BAD_GRANT);
        assert_int_equal(n, 3);
        assert_string_equal(texts[0], "leads.lead:create");
        assert_string_equal(texts[1], "leads.lead:see");
        assert_int_equal(rq->n_problems, 1);
        assert_string_equal(rq->problems[0].field, "/grants");
        assert_string_equal(rq->problems[0].args[0], "no:see");
        /* What names a module that is gone stays where it stood. */
        char *gone[] = {(char *)"no:see"}, *now[] = {(char *)"no:change", (char *)"no:see"};
        n = 2;
        texts_check(rq, "/grants", &n, now, &(TextsBefore){1, gone}, grant_valid, MSG_BAD_GRANT);
        assert_int_equal(n, 2);
        assert_int_equal(rq->n_problems, 2);
        assert_string_equal(rq->problems[1].args[0], "no:change");
        n = 0;
        texts_check(rq, "/grants", &n, NULL, NULL, grant_valid, MSG_BAD_GRANT);
        assert_int_equal(n, 0);
}

static void test_a_list_is_a_set(void **state)
{
        static Entity entity = {.service_name = "identity"};
        const CallContext context = {};
        Arena *arena = arena_new();
        Req rq;

        (void)state;
        assert_true(req_run(&rq, arena, &entity, &context, check_list, NULL));
        (void)arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_grants),
                cmocka_unit_test(test_denials),
                cmocka_unit_test(test_a_list_is_a_set),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
