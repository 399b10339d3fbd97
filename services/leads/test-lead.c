/* The rules of a prospect, without a database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "entity/hooks.h"
#include "entity/record.h"
#include "leads.cauce.h"

extern const EntityHooks lead_hooks;

typedef struct Save {
        Lead *before, *after;
} Save;

static void save(Req *rq, void *arg)
{
        const Save *it = arg;
        const Change change = {.module = &lead_module,
                .before = it->before ? &it->before->base : NULL,
                .after = &it->after->base};

        lead_hooks.before_save(rq, &change);
}

static Arena *run(Req *rq, const CallContext *context, Save *it)
{
        static Entity entity = {.service_name = "leads"};
        Arena *arena = arena_new();

        assert_true(req_run(rq, arena, &entity, context, save, it));
        return arena;
}

static void test_new_lead_has_a_status(void **state)
{
        Lead lead = LEAD_INIT, given = LEAD_INIT;
        const CallContext context = {.user = uuid_v7()};
        Req rq;

        (void)state;
        arena_free(run(&rq, &context, &(Save){.after = &lead}));
        assert_string_equal(lead.status, "new");
        given.status = (char *)"qualified";
        arena_free(run(&rq, &context, &(Save){.after = &given}));
        assert_string_equal(given.status, "qualified");
}

static void test_contact_is_stamped(void **state)
{
        Lead lead = LEAD_INIT;
        const CallContext context = {.user = uuid_v7()};
        Req rq;

        (void)state;
        lead.has_contacted_by_sales = lead.contacted_by_sales = true;
        Arena *arena = run(&rq, &context, &(Save){.after = &lead});
        assert_true(lead.has_contacted_by_sales_at);
        assert_int_equal(lead.contacted_by_sales_at, rq.now);
        assert_memory_equal(lead.contacted_by_sales_by.data, &context.user, sizeof context.user);
        assert_false(lead.has_contacted_by_service_at);
        arena_free(arena);
}

/* What a person gave stays, and a lead that was contacted before is not stamped again. */
static void test_contact_given(void **state)
{
        Lead before = LEAD_INIT, after = LEAD_INIT;
        const CallContext context = {.user = uuid_v7()};
        Req rq;

        (void)state;
        after.has_contacted_by_sales = after.contacted_by_sales = true;
        after.has_contacted_by_sales_at = true;
        after.contacted_by_sales_at = 5;
        arena_free(run(&rq, &context, &(Save){.after = &after}));
        assert_int_equal(after.contacted_by_sales_at, 5);

        before.has_contacted_by_service = before.contacted_by_service = true;
        Lead same = before;
        arena_free(run(&rq, &context, &(Save){.before = &before, .after = &same}));
        assert_false(same.has_contacted_by_service_at);
}

static void test_consent_is_dated(void **state)
{
        Lead lead = LEAD_INIT, refused = LEAD_INIT;
        const CallContext context = {.user = uuid_v7()};
        Req rq;

        (void)state;
        lead.has_consent = lead.consent = true;
        arena_free(run(&rq, &context, &(Save){.after = &lead}));
        assert_int_equal(lead.consent_at, rq.now);
        refused.has_consent = true;
        arena_free(run(&rq, &context, &(Save){.after = &refused}));
        assert_false(refused.has_consent_at);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_new_lead_has_a_status),
                cmocka_unit_test(test_contact_is_stamped),
                cmocka_unit_test(test_contact_given),
                cmocka_unit_test(test_consent_is_dated),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
