/* What a profile withholds: out of records and texts, refused in what is sent, silent in problems. */
#include "entity/test-runtime.h"

#include <cmocka.h>
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "identity.cauce.h"

/* A person with a profile of these denials (NULL at the end), as the request's principal. */
static void world_deny(TestWorld *world, const char *const *denials, bool administrator)
{
        User *user = (User *)record_new(world->arena, &user_meta);
        Profile *profile = (Profile *)record_new(world->arena, &profile_meta);
        static const char *grants[] = {"leads.lead:change", "leads.lead:create", "leads.lead:see"};
        Uuid id = uuid_v7();

        record_set_uuid(world->arena, &user->id, &user->has_id, &world->context.user);
        record_set_uuid(world->arena, &profile->id, &profile->has_id, &id);
        record_set_uuid(world->arena, &user->profile, &user->has_profile, &id);
        user->label = profile->label = (char *)"x";
        user->has_administrator = user->administrator = administrator;
        profile->grants = (char **)(uintptr_t)grants;
        profile->n_grants = 3;
        profile->denials = (char **)(uintptr_t)denials;
        while (denials[profile->n_denials])
                profile->n_denials++;
        const AuthzRecord records[] = {{module_by_key("identity.user"), &user->base},
                {module_by_key("identity.profile"), &profile->base}};
        authz_done(&world->entity);
        world->entity.authz = authz_build(records, 2, 1);
}

static void world_end(TestWorld *world)
{
        world_done(world);
}

static Lead *sample(Arena *arena)
{
        static Cauce__CustomValue nick = {.key = (char *)"nick", .text = (char *)"Anita"},
                                  visits = {.key = (char *)"visits", .number = (char *)"7"};
        Lead *lead = (Lead *)record_new(arena, &lead_meta);
        Uuid id = uuid_v7();

        record_set_uuid(arena, &lead->id, &lead->has_id, &id);
        record_set_uuid(arena, &lead->owner, &lead->has_owner, &id);
        lead->label = lead->name = (char *)"Ana";
        lead->email = (char *)"ana@acme.co";
        lead->city = (char *)"05001";
        lead->has_number = lead->has_version = true;
        lead->number = 42;
        lead->version = 3;
        nick.base.descriptor = visits.base.descriptor = &cauce__custom_value__descriptor;
        record_set_custom(arena, &lead->base, &nick);
        record_set_custom(arena, &lead->base, &visits);
        lead->labels = arena_array(arena, 2, sizeof *lead->labels);
        for (unsigned i = 0; i < 2; i++) {
                Cauce__Label *label = arena_alloc(arena, sizeof *label);
                cauce__label__init(label);
                label->field = (char *)(i ? "owner" : "city");
                label->text = (char *)"text";
                lead->labels[lead->n_labels++] = label;
        }
        return lead;
}

typedef struct Seen {
        TestWorld *world;
        Lead *whole, *masked;
        const char *tag;
} Seen;

static void mask_body(Req *rq, void *arg)
{
        Seen *seen = arg;

        seen->whole = sample(rq->arena);
        seen->masked = (Lead *)record_copy(rq->arena, &lead_meta, &seen->whole->base);
        access_mask(rq, &seen->world->module, &seen->masked->base);
        seen->tag = access_mask_tag(rq, &seen->world->module);
}

#define DENY(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_mask(void **state)
{
        TestWorld world;
        Seen seen = {.world = &world};

        (void)state;
        world_init(&world);
        world_deny(&world,
                DENY("leads.lead.city:view", "leads.lead.custom.nick:view", "leads.lead.email:change"),
                false);
        assert_true(world_run(&world, mask_body, &seen));
        assert_null(seen.masked->city);
        assert_string_equal(seen.masked->email, "ana@acme.co");
        assert_string_equal(seen.masked->label, "Ana");
        assert_int_equal(seen.masked->n_labels, 1);
        assert_string_equal(seen.masked->labels[0]->field, "owner");
        assert_null(record_custom(&seen.masked->base, "nick"));
        assert_non_null(record_custom(&seen.masked->base, "visits"));
        assert_non_null(seen.tag);
        /* What it was copied from is whole. */
        assert_string_equal(seen.whole->city, "05001");
        assert_non_null(record_custom(&seen.whole->base, "nick"));
        assert_int_equal(seen.whole->n_labels, 2);
        world_end(&world);
}

static void test_mask_nothing(void **state)
{
        TestWorld world;
        Seen seen = {.world = &world};

        (void)state;
        world_init(&world);
        world_deny(&world, DENY("leads.lead.city:view"), true);
        assert_true(world_run(&world, mask_body, &seen));
        assert_string_equal(seen.masked->city, "05001");
        assert_int_equal(seen.masked->n_labels, 2);
        assert_null(seen.tag);
        assert_ptr_equal(seen.masked->custom, seen.whole->custom);
        world_end(&world);
}

/* The record's name says what is withheld: its number stands for it. */
static void test_mask_label(void **state)
{
        static const struct {
                Lang lang;
                const char *label;
        } cases[] = {{LANG_ES, "Prospecto 42"}, {LANG_EN, "Lead 42"}};

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                TestWorld world;
                Seen seen = {.world = &world};
                world_init(&world);
                world.context.lang = cases[i].lang;
                world_deny(&world, DENY("leads.lead.name:view"), false);
                assert_true(world_run(&world, mask_body, &seen));
                assert_string_equal(seen.masked->label, cases[i].label);
                assert_null(seen.masked->name);
                assert_string_equal(seen.whole->label, "Ana");
                world_end(&world);
        }
}

static void test_mask_tag(void **state)
{
        static const char *const other[] = {"leads.lead.email:view", NULL};
        TestWorld world;
        Seen first = {.world = &world}, second = {.world = &world};

        (void)state;
        world_init(&world);
        world_deny(&world, DENY("leads.lead.city:view"), false);
        assert_true(world_run(&world, mask_body, &first));
        world_deny(&world, other, false);
        assert_true(world_run(&world, mask_body, &second));
        assert_string_not_equal(first.tag, second.tag);
        world_end(&world);
}

/* ---- what is sent ---- */

static void create_body(Req *rq, void *arg)
{
        TestWorld *world = arg;

        access_check_create(rq, &world->module, &sample(rq->arena)->base);
        req_check(rq);
}

static void problems_are(const TestWorld *world, const char *const *fields, unsigned n)
{
        assert_int_equal(world->rq.n_problems, n);
        for (unsigned i = 0; i < n; i++) {
                assert_int_equal(world->rq.problems[i].code, MSG_FORBIDDEN_FIELD);
                assert_string_equal(world->rq.problems[i].field, fields[i]);
        }
}

static void test_create(void **state)
{
        TestWorld world;

        (void)state;
        world_init(&world);
        world_deny(&world,
                DENY("leads.lead.city:view", "leads.lead.custom.nick:create", "leads.lead.email:create",
                        "leads.lead.mobile:create", "leads.lead.name:change"),
                false);
        assert_false(world_run(&world, create_body, &world));
        problems_are(&world, DENY("/email", "/city", "/custom/nick"), 3);
        world_end(&world);

        world_init(&world);
        world_deny(&world, DENY("leads.lead.mobile:create"), false);
        assert_true(world_run(&world, create_body, &world));
        world_end(&world);
}

typedef struct Changing {
        TestWorld *world;
        uint32_t changed[3];
        unsigned n;
        bool custom;
} Changing;

static void change_body(Req *rq, void *arg)
{
        Changing *changing = arg;
        Cauce__UpdateRequest update = CAUCE__UPDATE_REQUEST__INIT;
        Lead *change = sample(rq->arena);

        if (!changing->custom)
                change->custom = NULL;
        update.changed = changing->changed;
        update.n_changed = changing->n;
        access_check_change(rq, &changing->world->module, &update, &change->base);
        req_check(rq);
}

static void test_change(void **state)
{
        static const char *const denials[] = {"leads.lead.city:view", "leads.lead.custom.nick:view",
                "leads.lead.email:change", "leads.lead.mobile:create", NULL};
        static const struct {
                const char *field; /* the change names it; NULL = none */
                bool custom;
                unsigned n;
                const char *problems[2];
        } cases[] = {
                {"city", false, 1, {"/city"}},
                {"email", false, 1, {"/email"}},
                {"mobile", false, 0, {NULL}},
                {"name", false, 0, {NULL}},
                {NULL, true, 1, {"/custom/nick"}},
                /* null for all custom fields would empty the hidden one */
                {"custom", false, 1, {"/custom"}},
        };

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                TestWorld world;
                world_init(&world);
                Changing changing = {.world = &world, .custom = cases[i].custom};
                if (cases[i].field)
                        changing.changed[changing.n++] =
                                message_field(&lead_meta, str_of(cases[i].field))->number;
                world_deny(&world, denials, false);
                assert_int_equal(world_run(&world, change_body, &changing), cases[i].n == 0);
                problems_are(&world, cases[i].problems, cases[i].n);
                world_end(&world);
        }
}

/* A rule that stumbles over a hidden value does not tell it. */
static void silent_body(Req *rq, void *arg)
{
        TestWorld *world = arg;
        Cauce__UpdateRequest update = CAUCE__UPDATE_REQUEST__INIT;

        access_check_change(rq, &world->module, &update, record_new(rq->arena, &lead_meta));
        req_note(rq, TAX_ID_DIGIT, "/city", "7");
        req_note(rq, TOO_LONG, "/custom/nick", "500");
        req_note(rq, TOO_LONG, "/name", "200");
        req_check(rq);
}

static void test_problems(void **state)
{
        TestWorld world;

        (void)state;
        world_init(&world);
        world_deny(&world, DENY("leads.lead.city:view", "leads.lead.custom.nick:view"), false);
        assert_false(world_run(&world, silent_body, &world));
        assert_int_equal(world.rq.n_problems, 3);
        for (unsigned i = 0; i < 2; i++) {
                assert_int_equal(world.rq.problems[i].code, MSG_HIDDEN_FIELD);
                assert_null(world.rq.problems[i].field);
                assert_null(world.rq.problems[i].args[0]);
        }
        assert_string_equal(world.rq.problems[2].field, "/name");
        world_end(&world);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_mask),
                cmocka_unit_test(test_mask_nothing),
                cmocka_unit_test(test_mask_label),
                cmocka_unit_test(test_mask_tag),
                cmocka_unit_test(test_create),
                cmocka_unit_test(test_change),
                cmocka_unit_test(test_problems),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
