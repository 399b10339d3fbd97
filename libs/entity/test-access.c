/* Every branch of ACCESS.md on one record: rights, owners, the tree, sharing rules, defaults, flags, keys;
 * and what explain says of it. */
#include "entity/principals.h"
#include "entity/test-people.h"

#include <cmocka.h>

#include "entity.pb-c.h"
#include "entity/access.h"

#define SEE    1
#define CHANGE 2
#define DELETE 4
#define ALL    (SEE | CHANGE | DELETE)

/* ceo > sales > north, south. ana and leo are peers; team = ana, sur. */
static void company(People *people)
{
        static const char *const all[] = {"leads.lead:see", "leads.lead:create", "leads.lead:change",
                "leads.lead:delete", "leads.lead:settings", NULL};
        static const char *const see[] = {"leads.lead:see", NULL};
        static const char *const other[] = {"leads.leads:see", "leads.lea:see", "leads.lead:see2", NULL};
        static const char *const blind[] = {"leads.lead:change", "leads.lead:delete", NULL};

        people_role(people, "ceo", NULL);
        people_role(people, "sales", "ceo");
        people_role(people, "north", "sales");
        people_role(people, "south", "sales");
        people_profile(people, "full", all, NULL);
        people_profile(people, "reader", see, NULL);
        people_profile(people, "other", other, NULL);
        people_profile(people, "blind", blind, NULL);
        (void)people_user(people, "boss", "ceo", "full");
        (void)people_user(people, "chief", "sales", "full");
        (void)people_user(people, "ana", "north", "full");
        (void)people_user(people, "leo", "north", "full");
        (void)people_user(people, "sur", "south", "full");
        (void)people_user(people, "solo", NULL, "full");
        (void)people_user(people, "rita", "north", "reader");
        (void)people_user(people, "mute", "north", NULL);
        (void)people_user(people, "stray", "north", "other");
        (void)people_user(people, "bea", "north", "blind");
        User *off = people_user(people, "off", "north", "full");
        off->has_inactive = off->inactive = true;
        User *root = people_user(people, "root", NULL, NULL);
        root->has_administrator = root->administrator = true;
        people_group(people, "team");
        (void)people_member(people, "team", "ana");
        (void)people_member(people, "team", "sur");
}

typedef struct Rule {
        const char *from, *to, *access, *filter;
} Rule;

typedef struct Case {
        const char *who, *owner, *assigned;
        const char *level; /* NULL = the module's own: private */
        Rule rule;
        unsigned may;
} Case;

#define MEDELLIN "city[eq]=05001" /* what the record has */
#define BOGOTA   "city[eq]=11001"

static const Case cases[] = {
        /* Oneself, as owner or assignee. */
        {"ana", "ana", NULL, NULL, {}, ALL},
        {"ana", "sur", "ana", NULL, {}, ALL},
        {"ana", NULL, "ana", NULL, {}, ALL},
        {"solo", "solo", NULL, NULL, {}, ALL},
        /* Those below; not peers, superiors, other branches, nobody's. */
        {"boss", "ana", NULL, NULL, {}, ALL},
        {"chief", "ana", NULL, NULL, {}, ALL},
        {"chief", "boss", "sur", NULL, {}, ALL},
        {"chief", "off", NULL, NULL, {}, ALL},
        {"ana", "leo", NULL, NULL, {}, 0},
        {"ana", "chief", NULL, NULL, {}, 0},
        {"ana", "sur", NULL, NULL, {}, 0},
        {"ana", NULL, NULL, NULL, {}, 0},
        {"boss", NULL, NULL, NULL, {}, 0},
        {"boss", "solo", NULL, NULL, {}, 0},
        {"boss", "gone", NULL, NULL, {}, 0},
        {"solo", "ana", NULL, NULL, {}, 0},
        {"chief", "boss", NULL, NULL, {}, 0},
        /* Rights of the module. */
        {"rita", "rita", NULL, NULL, {}, SEE},
        {"rita", "ana", NULL, "change", {}, SEE},
        {"mute", "mute", NULL, NULL, {}, 0},
        {"mute", "mute", NULL, "change", {}, 0},
        {"stray", "stray", NULL, NULL, {}, 0},
        {"bea", "bea", NULL, NULL, {}, 0},
        /* The organisation's default. */
        {"ana", "sur", NULL, "see", {}, SEE},
        {"ana", NULL, NULL, "see", {}, SEE},
        {"ana", "ana", NULL, "see", {}, ALL},
        {"ana", "sur", NULL, "change", {}, ALL},
        {"ana", NULL, NULL, "change", {}, ALL},
        {"ana", "sur", NULL, "private", {}, 0},
        {"ana", "sur", NULL, "nonsense", {}, 0},
        /* Administrators. */
        {"root", "ana", NULL, NULL, {}, ALL},
        {"root", NULL, NULL, "private", {}, ALL},
        /* Rules: whose, for whom. */
        {"ana", "sur", NULL, NULL, {"user sur", "user ana", "see", NULL}, SEE},
        {"ana", "leo", "sur", NULL, {"user sur", "user ana", "see", NULL}, SEE},
        {"ana", "sur", NULL, NULL, {"user sur", "user ana", "change", NULL}, ALL},
        {"ana", "leo", NULL, NULL, {"user sur", "user ana", "change", NULL}, 0},
        {"leo", "sur", NULL, NULL, {"user sur", "user ana", "see", NULL}, 0},
        {"leo", "sur", NULL, NULL, {"role south", "role north", "see", NULL}, SEE},
        {"boss", "solo", NULL, NULL, {"user solo", "branch ceo", "see", NULL}, SEE},
        {"ana", "solo", NULL, NULL, {"user solo", "branch sales", "see", NULL}, SEE},
        {"boss", "solo", NULL, NULL, {"user solo", "branch sales", "see", NULL}, 0},
        {"chief", "solo", NULL, NULL, {"user solo", "role north", "see", NULL}, 0},
        {"sur", "leo", NULL, NULL, {"role north", "group team", "change", NULL}, ALL},
        {"solo", "ana", NULL, NULL, {"group team", "user solo", "see", NULL}, SEE},
        {"solo", "leo", NULL, NULL, {"group team", "user solo", "see", NULL}, 0},
        {"solo", "ana", NULL, NULL, {"branch sales", "user solo", "see", NULL}, SEE},
        {"solo", "boss", NULL, NULL, {"branch sales", "user solo", "see", NULL}, 0},
        {"solo", "boss", NULL, NULL, {NULL, "user solo", "see", NULL}, SEE},
        {"solo", NULL, NULL, NULL, {NULL, "user solo", "change", NULL}, ALL},
        {"rita", "sur", NULL, NULL, {NULL, "role north", "change", NULL}, SEE},
        {"mute", "sur", NULL, NULL, {NULL, "role north", "change", NULL}, 0},
        {"ana", "sur", NULL, "see", {"user sur", "user ana", "change", NULL}, ALL},
        /* Rules with a condition. */
        {"ana", "sur", NULL, NULL, {"user sur", "user ana", "see", MEDELLIN}, SEE},
        {"ana", "sur", NULL, NULL, {"user sur", "user ana", "see", BOGOTA}, 0},
        {"ana", "leo", NULL, NULL, {"user sur", "user ana", "see", MEDELLIN}, 0},
        {"ana", "leo", "sur", NULL, {"user sur", "user ana", "change", MEDELLIN}, ALL},
        {"ana", NULL, NULL, NULL, {NULL, "user ana", "change", MEDELLIN}, ALL},
        {"ana", NULL, NULL, NULL, {NULL, "user ana", "change", BOGOTA}, 0},
        {"ana", "sur", NULL, "see", {NULL, "user ana", "change", MEDELLIN}, ALL},
        {"ana", "sur", NULL, "see", {NULL, "user ana", "change", BOGOTA}, SEE},
        {"ana", "sur", NULL, NULL, {NULL, "user ana", "see", MEDELLIN "&stage[eq]=offer"}, 0},
        /* What can't be read grants nothing. */
        {"ana", "sur", NULL, NULL, {NULL, "user ana", "see", "nothing[eq]=1"}, 0},
        {"ana", "sur", NULL, NULL, {NULL, "user ana", "see", MEDELLIN "&broken["}, 0},
        {"ana", "sur", NULL, NULL, {NULL, "user ana", "see", "&"}, 0},
        {"ana", "sur", NULL, NULL, {NULL, "user ana", "see", "name[gt]=a"}, 0},
};

typedef struct Asked {
        TestWorld *world;
        Lead *lead;
        unsigned may;
        MsgCode code; /* of a check that failed */
        AccessRight right;
        Cauce__ExplainReply explained;
} Asked;

static void world_people(TestWorld *world, People *people, const char *who)
{
        world_init(world);
        world->context.user = people_find(people, who);
        authz_done(&world->entity);
        world->entity.authz = people_build(people);
}

static Lead *lead_of(People *people, const char *owner, const char *assigned)
{
        Lead *lead = (Lead *)record_new(people->arena, &lead_meta);

        people_refer(people, owner, &lead->owner, &lead->has_owner);
        people_refer(people, assigned, &lead->assigned_to, &lead->has_assigned_to);
        lead->city = (char *)"05001";
        return lead;
}

static void check_body(Req *rq, void *arg)
{
        Asked *asked = arg;

        access_check_record(rq, &asked->world->module, &asked->lead->base, asked->right);
}

static MsgCode outcome(Asked *asked, AccessRight right)
{
        asked->right = right;
        return world_run(asked->world, check_body, asked) ? MSG_MAX : asked->world->rq.problems[0].code;
}

/* 404 for what is not seen, 403 for what is seen and no more. */
static void expect(Asked *asked, const char *name, size_t line, unsigned may)
{
        static const struct {
                AccessRight right;
                unsigned bit;
        } rights[] = {{ACCESS_SEE, SEE}, {ACCESS_CHANGE, CHANGE}, {ACCESS_DELETE, DELETE}};

        for (unsigned i = 0; i < 3; i++) {
                MsgCode code = outcome(asked, rights[i].right);
                MsgCode expected = !(may & SEE)          ? MSG_NOT_FOUND
                                   : may & rights[i].bit ? MSG_MAX
                                                         : MSG_FORBIDDEN;
                if (code != expected)
                        fail_msg("case %zu, %s: right %u gives %s, not %s", line, name, rights[i].bit,
                                code < MSG_MAX ? msg_key(code) : "yes",
                                expected < MSG_MAX ? msg_key(expected) : "yes");
        }
}

static void sees_body(Req *rq, void *arg)
{
        Asked *asked = arg;
        const ModuleAccess *access = principal_access(rq, &asked->world->module);
        Cauce__ExplainRequest in = CAUCE__EXPLAIN_REQUEST__INIT;

        asked->may = access_sees(rq, &asked->world->module, &asked->lead->base);
        assert_int_equal(access->rights & ~((1U << ACCESS_RIGHTS) - 1), 0);
        cauce__explain_reply__init(&asked->explained);
        access_reasons(rq, &asked->world->module, &asked->lead->base, &in, &asked->explained);
}

static void test_records(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                const Case *now = &cases[i];
                TestWorld world;
                People *people = people_new();
                company(people);
                if (now->level)
                        people_default(people, "leads.lead", now->level);
                people_default(people, "leads.other", "change");
                if (now->rule.to)
                        (void)people_rule(people, "rule", now->rule.from, now->rule.to, now->rule.access,
                                now->rule.filter);
                world_people(&world, people, now->who);
                Asked asked = {.world = &world, .lead = lead_of(people, now->owner, now->assigned)};
                expect(&asked, now->who, i, now->may);
                /* explain comes to the same, and gives a reason for it. */
                assert_true(world_run(&world, sees_body, &asked));
                const Cauce__ExplainReply *told = &asked.explained;
                unsigned may =
                        (told->see ? SEE : 0) | (told->change ? CHANGE : 0) | (told->delete_ ? DELETE : 0);
                bool allows = false, closes = false;
                for (size_t j = 0; j < told->n_reasons; j++) {
                        assert_true(msg_status(msg_code(told->reasons[j]->code)) == 200);
                        *(told->reasons[j]->allows ? &allows : &closes) = true;
                }
                if (may != now->may || asked.may != (now->may & SEE))
                        fail_msg("case %zu, %s: told %u, not %u", i, now->who, may, now->may);
                if ((may & SEE && !allows) || (may != ALL && !closes))
                        fail_msg("case %zu, %s: no reason", i, now->who);
                world_done(&world);
                (void)arena_free(people->arena);
        }
}

/* ---- who asks ---- */

static void principal_body(Req *rq, void *arg)
{
        (void)arg;
        (void)principal_of(rq);
}

static void test_principals(void **state)
{
        static const struct {
                const char *who, *key;
                bool known;
        } people_cases[] = {
                {"ana", NULL, true},
                {"solo", NULL, true},
                {"mute", NULL, true},
                {"root", NULL, true},
                {"off", NULL, false},
                {"gone", NULL, false},
                {NULL, NULL, false},
                {"ana", "ana's", true},
                {"leo", "ana's", false},
                {"ana", "expired", false},
                {"ana", "gone", false},
                {"off", "off's", false},
                {NULL, "ana's", false},
        };
        static const char *const scopes[] = {"leads.lead:see", NULL};
        People *people = people_new();

        (void)state;
        company(people);
        people_key(people, "ana's", "ana", scopes, INT64_MAX);
        people_key(people, "off's", "off", scopes, INT64_MAX);
        people_key(people, "expired", "ana", scopes, 1);
        for (size_t i = 0; i < sizeof people_cases / sizeof people_cases[0]; i++) {
                TestWorld world;
                world_people(&world, people, people_cases[i].who ? people_cases[i].who : "gone");
                if (!people_cases[i].who)
                        world.context.user = (Uuid){};
                world.context.key = people_cases[i].key != NULL;
                if (people_cases[i].key)
                        world.context.session = people_find(people, people_cases[i].key);
                if (world_run(&world, principal_body, NULL) != people_cases[i].known)
                        fail_msg("principal %zu: not %d", i, people_cases[i].known);
                if (!people_cases[i].known)
                        assert_int_equal(world.rq.problems[0].code, MSG_SIGN_IN);
                world_done(&world);
        }
        (void)arena_free(people->arena);
}

static void system_body(Req *rq, void *arg)
{
        Asked *asked = arg;

        assert_null(principal_of(rq));
        assert_null(principal_access(rq, &asked->world->module));
        access_check(rq, &asked->world->module, ACCESS_SETTINGS);
        access_check_record(rq, &asked->world->module, &asked->lead->base, ACCESS_DELETE);
        access_administrator(rq);
        asked->may = access_sees(rq, &asked->world->module, &asked->lead->base);
}

static void test_system(void **state)
{
        TestWorld world;
        People *people = people_new();

        (void)state;
        world_init(&world);
        world.context.user = (Uuid){};
        Asked asked = {.world = &world, .lead = lead_of(people, NULL, NULL)};
        assert_true(
                req_run_system(&world.rq, world.arena, &world.entity, &world.context, system_body, &asked));
        assert_int_equal(asked.may, 1);
        world_done(&world);
        (void)arena_free(people->arena);
}

/* ---- rights ---- */

static void rights_body(Req *rq, void *arg)
{
        Asked *asked = arg;

        asked->may = principal_access(rq, &asked->world->module)->rights;
}

static unsigned rights_by(People *people, const char *who, const char *key, uint32_t flags)
{
        TestWorld world;
        Module module = lead_module;
        Asked asked = {.world = &world};

        world_people(&world, people, who);
        module.flags = flags;
        world.module.module = &module;
        world.context.key = key != NULL;
        if (key)
                world.context.session = people_find(people, key);
        assert_true(world_run(&world, rights_body, &asked));
        world_done(&world);
        return asked.may;
}

#define EVERY ((1U << ACCESS_RIGHTS) - 1)
#define FULL  (ACCESS_SEE | ACCESS_CREATE | ACCESS_CHANGE | ACCESS_DELETE | ACCESS_SETTINGS)

static void test_rights(void **state)
{
        static const struct {
                const char *who, *key;
                uint32_t flags;
                unsigned rights;
        } rights[] = {
                {"root", NULL, 0, EVERY},
                {"ana", NULL, 0, FULL},
                {"rita", NULL, 0, ACCESS_SEE},
                {"mute", NULL, 0, 0},
                {"stray", NULL, 0, 0},
                {"ana", NULL, MODULE_ADMINISTRATORS, ACCESS_SEE},
                {"root", NULL, MODULE_ADMINISTRATORS, EVERY},
                {"ana", NULL, MODULE_BY_SYSTEM, ACCESS_SEE | ACCESS_DELETE | ACCESS_SETTINGS},
                {"root", NULL, MODULE_BY_SYSTEM,
                        ACCESS_SEE | ACCESS_DELETE | ACCESS_EXPORT | ACCESS_MASS_DELETE | ACCESS_SETTINGS},
                {"ana", NULL, MODULE_KEPT, FULL & ~ACCESS_DELETE},
                {"root", NULL, MODULE_KEPT, EVERY & ~(ACCESS_DELETE | ACCESS_MASS_DELETE)},
                {"root", NULL, MODULE_BY_SYSTEM | MODULE_KEPT, ACCESS_SEE | ACCESS_EXPORT | ACCESS_SETTINGS},
                /* A key has what both have. */
                {"ana", "narrow", 0, ACCESS_SEE},
                {"ana", "wide", 0, ACCESS_SEE | ACCESS_CHANGE},
                {"ana", "empty", 0, 0},
                {"root", "root's", 0, ACCESS_SEE | ACCESS_EXPORT},
                {"mute", "mute's", 0, 0},
        };
        static const char *const see[] = {"leads.lead:see", NULL}, *const none[] = {NULL};
        static const char *const wide[] = {
                "leads.lead:change", "leads.lead:export", "leads.lead:see", "leads.other:delete", NULL};
        static const char *const export[] = {"leads.lead:export", "leads.lead:see", NULL};
        People *people = people_new();

        (void)state;
        company(people);
        people_key(people, "narrow", "ana", see, INT64_MAX);
        people_key(people, "wide", "ana", wide, INT64_MAX);
        people_key(people, "empty", "ana", none, INT64_MAX);
        people_key(people, "root's", "root", export, INT64_MAX);
        people_key(people, "mute's", "mute", see, INT64_MAX);
        for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
                unsigned got = rights_by(people, rights[i].who, rights[i].key, rights[i].flags);
                if (got != rights[i].rights)
                        fail_msg("rights %zu, %s: %x, not %x", i, rights[i].who, got, rights[i].rights);
        }
        (void)arena_free(people->arena);
}

static void administrator_body(Req *rq, void *arg)
{
        (void)arg;
        access_administrator(rq);
}

/* An administrator's key is none: it must not make itself a wider one. */
static void test_administrator(void **state)
{
        static const char *const see[] = {"leads.lead:see", NULL};
        People *people = people_new();
        TestWorld world;

        (void)state;
        company(people);
        people_key(people, "root's", "root", see, INT64_MAX);
        world_people(&world, people, "ana");
        assert_false(world_run(&world, administrator_body, NULL));
        assert_int_equal(world.rq.problems[0].code, MSG_ADMINISTRATORS);
        world.context.user = people_find(people, "root");
        assert_true(world_run(&world, administrator_body, NULL));
        world.context.session = people_find(people, "root's");
        world.context.key = true;
        assert_false(world_run(&world, administrator_body, NULL));
        world_done(&world);
        (void)arena_free(people->arena);
}

/* ---- explain ---- */

typedef struct Question {
        TestWorld *world;
        Lead *lead;
        Uuid about;
        Cauce__ExplainReply reply;
} Question;

static void explain_body(Req *rq, void *arg)
{
        Question *question = arg;
        Cauce__ExplainRequest in = CAUCE__EXPLAIN_REQUEST__INIT;

        in.has_user = true;
        in.user = (ProtobufCBinaryData){sizeof question->about, question->about.b};
        cauce__explain_reply__init(&question->reply);
        access_reasons(rq, &question->world->module, &question->lead->base, &in, &question->reply);
}

static const Cauce__Reason *reason_of(const Question *question, MsgCode code)
{
        for (size_t i = 0; i < question->reply.n_reasons; i++)
                if (streq(question->reply.reasons[i]->code, msg_key(code)))
                        return question->reply.reasons[i];
        return NULL;
}

static void test_explain(void **state)
{
        People *people = people_new();
        TestWorld world;

        (void)state;
        company(people);
        (void)people_rule(people, "Medellín para todos", NULL, "branch ceo", "see", MEDELLIN);
        (void)people_rule(people, "Bogotá para Leo", NULL, "user leo", "change", BOGOTA);
        world_people(&world, people, "root");
        Question question = {.world = &world, .lead = lead_of(people, "sur", NULL)};

        question.about = people_find(people, "leo");
        assert_true(world_run(&world, explain_body, &question));
        assert_true(question.reply.see && !question.reply.change && !question.reply.delete_);
        assert_string_equal(reason_of(&question, MSG_WHY_RULE_SEE)->args[0], "Medellín para todos");
        assert_true(reason_of(&question, MSG_WHY_RULE_SEE)->allows);
        assert_string_equal(reason_of(&question, MSG_WHY_RULE_SEE)->module, "identity.sharing_rule");
        assert_true(reason_of(&question, MSG_WHY_RULE_SEE)->has_record);
        assert_false(reason_of(&question, MSG_WHY_NOT_OWNER)->has_record);
        assert_string_equal(reason_of(&question, MSG_WHY_CONDITION)->args[0], "Bogotá para Leo");
        assert_non_null(reason_of(&question, MSG_WHY_NOT_OWNER));
        assert_non_null(reason_of(&question, MSG_WHY_NOT_ABOVE));
        assert_non_null(reason_of(&question, MSG_WHY_SEEN_ONLY));

        question.about = people_find(people, "off");
        assert_true(world_run(&world, explain_body, &question));
        assert_false(question.reply.see);
        assert_non_null(reason_of(&question, MSG_WHY_INACTIVE));

        question.about = people_find(people, "rita");
        assert_true(world_run(&world, explain_body, &question));
        assert_string_equal(reason_of(&question, MSG_WHY_NO_CHANGE)->args[0], "reader");
        assert_string_equal(reason_of(&question, MSG_WHY_NO_CHANGE)->args[1], "Prospectos");

        question.about = people_find(people, "chief");
        assert_true(world_run(&world, explain_body, &question));
        assert_true(question.reply.delete_);
        assert_true(reason_of(&question, MSG_WHY_ABOVE)->allows);

        question.about = people_find(people, "gone");
        assert_false(world_run(&world, explain_body, &question));
        assert_int_equal(world.rq.problems[0].code, MSG_NOT_FOUND);

        /* Others are asked about by administrators alone. */
        world.context.user = people_find(people, "ana");
        question.about = people_find(people, "leo");
        assert_false(world_run(&world, explain_body, &question));
        assert_int_equal(world.rq.problems[0].code, MSG_ADMINISTRATORS);
        question.about = world.context.user;
        assert_true(world_run(&world, explain_body, &question));
        world_done(&world);
        (void)arena_free(people->arena);
}

/* ---- the cache ---- */

typedef struct Kept {
        TestWorld *world;
        const ModuleAccess *access;
} Kept;

static void kept_body(Req *rq, void *arg)
{
        Kept *kept = arg;

        kept->access = principal_access(rq, &kept->world->module);
}

/* Worked out once; again when the modules in force change, since custom fields do. */
static void test_cache(void **state)
{
        Runtime one = {.made_at = 1}, two = {.made_at = 2};
        People *people = people_new();
        TestWorld world;
        Kept first = {.world = &world}, again = first, later = first;

        (void)state;
        company(people);
        world_people(&world, people, "chief");
        world.entity.runtime = &one;
        assert_true(world_run(&world, kept_body, &first));
        assert_true(world_run(&world, kept_body, &again));
        assert_ptr_equal(first.access, again.access);
        world.entity.runtime = &two;
        assert_true(world_run(&world, kept_body, &later));
        assert_ptr_not_equal(first.access, later.access);
        assert_int_equal(first.access->n_see, later.access->n_see);
        assert_int_equal(later.access->n_see, 9); /* herself and those of north and south */
        for (unsigned i = 1; i < later.access->n_see; i++)
                assert_true(uuid_compare(&later.access->see[i - 1], &later.access->see[i]) < 0);
        world_done(&world);
        (void)arena_free(people->arena);
}

/* A generation that is not in force any more lives as long as a request that was answered by it. */
static void test_held(void **state)
{
        People *people = people_new();
        Arena *request = arena_new(), *other = arena_new();
        TestWorld world;
        Kept kept = {.world = &world}, later = kept;
        Req rq;

        (void)state;
        company(people);
        world_people(&world, people, "chief");
        Authz *former = world.entity.authz;
        assert_true(req_run(&rq, request, &world.entity, &world.context, kept_body, &kept));
        assert_true(req_run(&rq, request, &world.entity, &world.context, kept_body, &later));
        assert_ptr_equal(kept.access, later.access);
        assert_true(former->refs > 1);
        authz_done(&world.entity);
        world.entity.authz = people_build(people);
        assert_true(req_run(&rq, other, &world.entity, &world.context, kept_body, &later));
        assert_ptr_not_equal(kept.access, later.access);
        assert_int_equal(kept.access->n_see, 9);
        assert_memory_equal(kept.access->see, later.access->see, 9 * sizeof *later.access->see);
        (void)arena_free(request); /* and with it the former generation: the sanitizer sees to it */
        assert_int_equal(world.entity.authz->refs, 2);
        (void)arena_free(other);
        assert_int_equal(world.entity.authz->refs, 1);
        world_done(&world);
        (void)arena_free(people->arena);
}

#define CROWD 1500

/* However many people ask, and however much each of them sees. */
static void test_bounded(void **state)
{
        People *people = people_new();
        TestWorld world;
        Kept kept = {.world = &world}, again = kept;
        unsigned renewed = 0;
        size_t most = 0;

        (void)state;
        company(people);
        (void)people_rule(people, "all", "role south", "role south", "change", NULL);
        (void)people_rule(people, "some", "role south", "role south", "see", MEDELLIN);
        for (unsigned i = 0; i < CROWD; i++)
                (void)people_user(people, arena_printf(people->arena, "crowd%u", i), "south", "full");
        world_people(&world, people, "chief");
        for (unsigned i = 0; i < CROWD; i++) {
                Arena *request = arena_new();
                size_t before = principals_bytes(world.entity.authz->principals);
                Req rq;
                world.context.user = people_find(people, arena_printf(request, "crowd%u", i));
                assert_true(req_run(&rq, request, &world.entity, &world.context, kept_body, &kept));
                assert_int_equal(kept.access->n_see, CROWD + 1);
                assert_int_equal(kept.access->rules[0].n, CROWD + 1);
                assert_true(req_run(&rq, request, &world.entity, &world.context, kept_body, &again));
                assert_int_equal(kept.access->see[CROWD].b[0], again.access->see[CROWD].b[0]);
                size_t bytes = principals_bytes(world.entity.authz->principals);
                renewed += bytes < before;
                most = bytes > most ? bytes : most;
                (void)arena_free(request);
        }
        assert_true(renewed > 5);
        assert_true(most < PRINCIPALS_MOST + ((size_t)1 << 20));
        world_done(&world);
        (void)arena_free(people->arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_records),
                cmocka_unit_test(test_principals),
                cmocka_unit_test(test_system),
                cmocka_unit_test(test_rights),
                cmocka_unit_test(test_administrator),
                cmocka_unit_test(test_explain),
                cmocka_unit_test(test_cache),
                cmocka_unit_test(test_held),
                cmocka_unit_test(test_bounded),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
