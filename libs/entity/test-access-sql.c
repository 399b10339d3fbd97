/* Lists show what access_predicate lets through, no less and no more: random organisations, rules and records
 * in a private PostgreSQL; every page of random lists, read in every form. CAUCE_SEED repeats a run. */
#include "entity/test-people.h"
#include "entity/test-servers.h"

#include <sys/random.h>

#include "entity.pb-c.h"
#include "entity/access_sql.h"
#include "entity/access_stats.h"
#include "entity/filter.h"
#include "entity/filter_match.h"
#include "entity/labels.h"
#include "entity/list.h"
#include "entity/service_table.h"
#include "entity/sort.h"
#include "identity.cauce.h"

#define LEADS     600
#define USERS     24
#define ROLES     8
#define GROUPS    4
#define COMPANIES 25
#define LISTS     40 /* of each company */

typedef struct Ground {
        Entity entity;
        ServiceTable table;
        ServiceModule module;
        const ModuleRuntime *lead;
        Arena *arena; /* of the records */
        unsigned n;
        ProtobufCMessage **records;
        Uuid users[USERS];
        unsigned walks, few, many, lists, pages;
} Ground;

static uint64_t seed;

static uint64_t next(void)
{
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        return seed >> 11;
}

static unsigned below(unsigned n)
{
        return (unsigned)(next() % n);
}

#define PICK(list) ((list)[below(sizeof(list) / sizeof *(list))])

/* ---- a company ---- */

static const char *name_of(Arena *arena, const char *what, unsigned i)
{
        return arena_printf(arena, "%s%u", what, i);
}

static const char *party_of(Arena *arena)
{
        static const char *const kinds[] = {"user", "role", "branch", "group"};
        static const unsigned of[] = {USERS, ROLES, ROLES, GROUPS};
        unsigned kind = below(4);

        return arena_printf(arena, "%s %s%u", kinds[kind], kind == 2 ? "role" : kinds[kind], below(of[kind]));
}

static void company_rules(People *people, unsigned n)
{
        static const char *const filters[] = {NULL, NULL, "stage[eq]=offer", "score[ge]=50",
                "stage[in]=offer,analysis&score[lt]=90", "name[contains]=ana",
                "score[empty]=", "custom.visits[gt]=3", "custom.nick[eq]=x", "needs_visit[eq]=true",
                "assigned_to[empty]=", "stage[ne]=offer", "created_at[lt]=2026-02-01", "nothing[eq]=1"};
        static const char *const access[] = {"see", "change"};

        for (unsigned i = 0; i < n; i++) {
                const char *filter = PICK(filters), *from = below(5) ? party_of(people->arena) : NULL;
                if (!from && !filter && below(4))
                        filter = "stage[eq]=offer"; /* all for everybody would hide the rest */
                (void)people_rule(people, name_of(people->arena, "rule", i), from, party_of(people->arena),
                        PICK(access), filter);
        }
}

/* Roles, profiles and users come first, so that they have the same ids in every company. */
static People *company_new(void)
{
        static const char *const grants[] = {"leads.lead:export", "leads.lead:see", NULL};
        static const char *const denials[] = {
                "leads.lead.custom.visits:view", "leads.lead.name:view", "leads.lead.score:view", NULL};
        People *people = people_new();

        for (unsigned i = 0; i < ROLES; i++)
                people_role(people, name_of(people->arena, "role", i),
                        i > 0 && below(6) ? name_of(people->arena, "role", below(i)) : NULL);
        people_profile(people, "all", grants, NULL);
        people_profile(people, "less", grants, denials);
        for (unsigned i = 0; i < USERS; i++)
                (void)people_user(people, name_of(people->arena, "user", i),
                        below(8) ? name_of(people->arena, "role", below(ROLES)) : NULL,
                        below(4) ? "all" : "less");
        for (unsigned i = 0; i < GROUPS; i++)
                people_group(people, name_of(people->arena, "group", i));
        for (unsigned i = 0; i < 8; i++)
                (void)people_member(people, name_of(people->arena, "group", below(GROUPS)),
                        name_of(people->arena, "user", below(USERS)));
        company_rules(people, below(12));
        if (below(10) == 0)
                people_default(people, "leads.lead", "see");
        return people;
}

/* ---- records ---- */

static void leads_fill(const Ground *ground)
{
        StrBuf text = {.arena = ground->arena};

        strbuf_puts(&text, "SELECT setseed(0.5); CREATE TEMP TABLE u AS SELECT * FROM (VALUES ");
        for (unsigned i = 0; i < USERS; i++) {
                char id[UUID_TEXT + 1];
                uuid_format(&ground->users[i], id);
                strbuf_printf(&text, "%s(%u, '%s'::uuid)", i ? ", " : "", i, id);
        }
        strbuf_printf(&text,
                ") u(i, id); "
                "INSERT INTO leads.ref_label (module, id, label, version) SELECT 'identity.user', id, i::text, 1 FROM u; "
                "INSERT INTO leads.lead (id, version, created_at, updated_at, deleted_at, owner, assigned_to, "
                "name, company, stage, score, needs_visit, custom) "
                "SELECT gen_random_uuid(), 1, '2026-01-01'::timestamptz + make_interval(hours => (random() * 1500)::int), "
                "'2026-01-01', CASE WHEN random() < 0.1 THEN '2026-02-02'::timestamptz END, "
                "a.ids[1 + (random() * random() * %1$u)::int], "
                "a.ids[1 + (random() * %1$u * 1.3)::int], "
                "(ARRAY[NULL, 'Ana', 'ana maria', 'Beto', 'Zoe', 'mariana'])[1 + (random() * 5)::int], "
                "(ARRAY[NULL, 'Acme', 'Mariana SAS', 'Norte'])[1 + (random() * 3)::int], "
                "(ARRAY[NULL, 'offer', 'analysis', 'decision'])[1 + (random() * 3)::int], "
                "nullif((random() * 10)::int, 5) * 10, (ARRAY[NULL, true, false])[1 + (random() * 2)::int], "
                "jsonb_strip_nulls(jsonb_build_object('visits', nullif((random() * 8)::int, 2), "
                "'nick', (ARRAY[NULL, 'x', 'y', 'Z'])[1 + (random() * 3)::int])) "
                "FROM generate_series(1, %2$u), (SELECT array_agg(id ORDER BY i) AS ids FROM u) a; "
                "UPDATE leads.lead SET fold = coalesce(' ' || lower(name), '') || coalesce(' ' || lower(company), ''); "
                "ANALYZE leads.lead",
                USERS, LEADS);
        sql(text.p);
}

static void leads_read(Ground *ground)
{
        Arena *arena = ground->arena;
        PgStmt all = {
                .sql = arena_printf(arena, "SELECT %s FROM lead ORDER BY id", ground->lead->sql_select)};
        PgRows *rows;

        assert_int_equal(pg_read(ground->entity.pg, arena, &all, 1, 0, &rows), 0);
        ground->n = (unsigned)pg_rows(rows);
        assert_int_equal(ground->n, LEADS);
        ground->records = arena_array(arena, ground->n, sizeof *ground->records);
        for (unsigned i = 0; i < ground->n; i++)
                ground->records[i] = record_row(arena, ground->lead->module, ground->lead->columns,
                        ground->lead->n_columns, rows, (int)i, 0);
}

static void ground_open(Ground *ground)
{
        static const EntityHooks no_hooks;
        static char conninfo[200];
        static const uint8_t secret[32];
        People *people = company_new();

        *ground = (Ground){.arena = arena_new(), .module = {&lead_module, &no_hooks}};
        for (unsigned i = 0; i < USERS; i++)
                ground->users[i] = people_find(people, name_of(people->arena, "user", i));
        (void)arena_free(people->arena);
        ground->table = (ServiceTable){.name = "leads", .n_modules = 1, .modules = &ground->module};
        role_conninfo("leads", conninfo);
        ground->entity = (Entity){.loop = world.loop,
                .service = &ground->table,
                .service_name = "leads",
                .conninfo = conninfo,
                .currency = "COP"};
        assert_int_equal(zone_open("America/Bogota", &ground->entity.zone), 0);
        cursor_secret(secret);
        const PgConfig config = {.conninfo = conninfo};
        assert_int_equal(pg_open(world.loop, &config, &ground->entity.pg), 0);
        while (!pg_ready(ground->entity.pg))
                task_sleep(1000);
        sql("INSERT INTO leads.custom_field (module, key, kind, es, en, list) VALUES "
            "('lead', 'visits', 3, 'Visitas', 'Visits', true), ('lead', 'nick', 1, 'Apodo', 'Nick', true)");
        assert_int_equal(runtime_reload(&ground->entity), 0);
        ground->lead = runtime_module(&ground->entity, STR("lead"));
        leads_fill(ground);
        leads_read(ground);
}

static void ground_close(Ground *ground)
{
        Entity *entity = &ground->entity;

        authz_done(entity);
        labels_done(entity);
        access_stats_done(entity);
        runtime_done(entity);
        entity->pg = pg_close(entity->pg);
        (void)arena_free(ground->arena);
}

/* ---- a list ---- */

typedef struct Case {
        Ground *ground;
        unsigned user;
        Cauce__ListRequest in;
        const char *next; /* cursor of the next page, on the heap */
        unsigned n;
        Uuid ids[LEADS + 1];
        int64_t count;
        bool withheld;
} Case;

/* The lists of somebody from whom name, score and visits are withheld do without them. */
static void case_make(Case *try, Arena *arena)
{
        static const char *const sorts[] = {NULL, "-created_at", "created_at", "stage", "-stage", "company",
                "updated_at,-company", "-company,stage", "custom.nick", "-custom.nick", "number",
                "-stage,created_at",
                /* withheld from some */ "label", "-score", "score,name", "custom.visits",
                "-custom.visits,stage"};
        static const char *const filters[] = {NULL, NULL, NULL, "stage[eq]=offer", "stage[in]=offer,decision",
                "needs_visit[ne]=true", "company[contains]=mar", "owner[filled]=", "custom.nick[ne]=x",
                /* withheld from some */ "score[gt]=30", "name[contains]=ana", "custom.visits[ge]=2"};
        static const char *const words[] = {NULL, NULL, NULL, "mariana", "an", "ma sas", "norte"};

        cauce__list_request__init(&try->in);
        try->in.sort = (char *)(try->withheld ? sorts[below(12)] : PICK(sorts));
        try->in.filter = filter_text(arena, str_of(try->withheld ? filters[below(9)] : PICK(filters)));
        try->in.q = (char *)PICK(words);
        try->in.has_deleted = true;
        try->in.deleted = below(8) == 0;
        try->in.has_mine = true;
        try->in.mine = below(3) == 0;
        try->in.has_limit = true;
        try->in.limit = 1 + below(60);
}

static void statistics_put(Ground *ground)
{
        static const char *const indexes[] = {"owner,created_at,id", "assigned_to,created_at,id",
                "created_at,id", "label,id", "stage,created_at,id"};
        static const double rests[] = {0, 0.001, 0.2};
        AccessTable table = {.name = "lead",
                .analyzed = below(4) != 0,
                .rows = 1000000,
                .n_indexes = below(3) ? 5 : 0,
                .indexes = indexes};

        table.owner.rest = table.assigned_to.rest = PICK(rests);
        access_stats_put(&ground->entity, below(4) ? &table : NULL);
}

/* ---- what should come ---- */

static bool word_in(Req *rq, const ModuleRuntime *lead, const ProtobufCMessage *record, Str word)
{
        for (unsigned i = 0; i < lead->n_columns; i++) {
                const Field *field = lead->columns[i];
                if (!(field->flags & FIELD_SEARCHABLE) || store_of(field->kind) != STORE_TEXT ||
                        !access_field(rq, lead, field, ACCESS_ON_VIEW))
                        continue;
                Value value = record_get(rq->arena, record, field);
                if (value.null)
                        continue;
                Str fold = text_fold(rq->arena, value.text);
                const char *text = req_printf(rq, " %.*s", (int)fold.len, fold.p);
                const char *sought = req_printf(rq, word.len < 3 ? " %.*s" : "%.*s", (int)word.len, word.p);
                if (strstr(text, sought))
                        return true;
        }
        return false;
}

static bool searched(Req *rq, const ModuleRuntime *lead, const ProtobufCMessage *record, const char *q)
{
        while (q && *q) {
                size_t len = strcspn(q, " ");
                if (!word_in(rq, lead, record, (Str){q, len}))
                        return false;
                q += len + (q[len] == ' ');
        }
        return true;
}

static bool own(const Req *rq, const RecordHead *head)
{
        const Uuid *user = &rq->context.user;

        return (head->has_owner && memcmp(head->owner.data, user, sizeof *user) == 0) ||
               (head->has_assigned_to && memcmp(head->assigned_to.data, user, sizeof *user) == 0);
}

static bool expected(Req *rq, const Case *try, const ProtobufCMessage *record)
{
        const ModuleRuntime *lead = try->ground->lead;
        const ModuleAccess *access = principal_access(rq, lead);

        return record_head(record)->has_deleted_at == try->in.deleted &&
               access_predicate(rq, access, record, false) &&
               (!try->in.mine || own(rq, record_head(record))) &&
               (!try->in.filter ||
                       filter_match(rq->arena, rq->entity, lead, try->in.filter, rq->now, record)) &&
               searched(rq, lead, record, try->in.q);
}

static int by_uuid(const void *a, const void *b)
{
        return uuid_compare(a, b);
}

static void check_set(Req *rq, Case *try)
{
        const Ground *ground = try->ground;
        Uuid *got = arena_memdup(rq->arena, try->ids, try->n * sizeof *got);
        unsigned n = 0;

        qsort(got, try->n, sizeof *got, by_uuid);
        for (unsigned i = 0; i < ground->n; i++) {
                Uuid id = record_id(ground->records[i]);
                bool want = expected(rq, try, ground->records[i]);
                bool have = n < try->n && uuid_compare(&got[n], &id) == 0;
                char text[UUID_TEXT + 1];
                uuid_format(&id, text);
                if (want != have)
                        fail_msg("lead %s is %s", text, want ? "missing" : "shown");
                n += have;
        }
        assert_int_equal(n, try->n); /* none twice */
        assert_int_equal(try->count, try->n);
}

/* In the order that PostgreSQL gives without cursors. */
static void check_order(Req *rq, const Case *try)
{
        StrBuf query = {.arena = rq->arena};
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;
        Sort sort;

        sort_parse(rq, try->ground->lead, str_of(try->in.sort ? try->in.sort : "-created_at"), &sort);
        strbuf_printf(&query, "SELECT l.id FROM lead l WHERE l.id = ANY($%u) ORDER BY ",
                pg_arg_uuid_array(args, try->ids, try->n));
        for (unsigned i = 0; i < sort.n; i++)
                strbuf_printf(&query, "%s%s NULLS LAST, ", sort.keys[i].sql,
                        sort.keys[i].descending ? " DESC" : "");
        strbuf_printf(&query, "l.id%s", sort.keys[0].descending ? " DESC" : "");
        assert_int_equal(pg_read(rq->entity->pg, rq->arena, &(PgStmt){query.p, args}, 1, 0, &rows), 0);
        assert_int_equal(pg_rows(rows), try->n);
        for (unsigned i = 0; i < try->n; i++) {
                Uuid id = pg_uuid(rows, (int)i, 0);
                assert_int_equal(uuid_compare(&id, &try->ids[i]), 0);
        }
}

/* ---- what comes ---- */

/* What the page says of a record is what the record says. */
static void check_record(Req *rq, const Case *try, const ProtobufCMessage *shown)
{
        const Ground *ground = try->ground;
        const ProtobufCMessage *record = NULL;
        Uuid id = record_id(shown);

        for (unsigned i = 0; i < ground->n && !record; i++) {
                Uuid have = record_id(ground->records[i]);
                if (uuid_compare(&id, &have) == 0)
                        record = ground->records[i];
        }
        assert_non_null(record);
        assert_true(record_has(shown, message_field(&lead_meta, STR("created_at"))));
        assert_int_equal(record_has(shown, message_field(&lead_meta, STR("stage"))),
                record_has(record, message_field(&lead_meta, STR("stage"))));
        assert_int_equal(record_custom(shown, "nick") != NULL, record_custom(record, "nick") != NULL);
        for (unsigned i = 0; i < ground->lead->n_columns; i++) {
                const Field *field = ground->lead->columns[i];
                Store store = store_of(field->kind);
                if (!record_has(shown, field) || store == STORE_CUSTOM ||
                        (try->withheld && field->number == TAG_LABEL))
                        continue;
                Value a = record_get(rq->arena, shown, field), b = record_get(rq->arena, record, field);
                if (!value_equal(store, &a, &b))
                        fail_msg("%s differs", field->name);
        }
}

static void page_body(Req *rq, void *arg)
{
        Case *try = arg;
        Cauce__ListReply reply = CAUCE__LIST_REPLY__INIT;

        try->in.cursor = (char *)try->next;
        entity_list(rq, try->ground->lead, &try->in, &reply);
        assert_true(reply.n_records <= try->in.limit);
        for (size_t i = 0; i < reply.n_records; i++) {
                const Lead *lead = (const Lead *)record_unpack(
                        rq->arena, &lead_meta, reply.records[i].data, reply.records[i].len);
                assert_non_null(lead);
                assert_true(try->n < LEADS);
                check_record(rq, try, &lead->base);
                if (try->withheld)
                        assert_true(
                                !lead->name && !lead->has_score && strncmp(lead->label, "Prospecto", 9) == 0);
                try->ids[try->n++] = record_id(&lead->base);
        }
        free((char *)try->next);
        try->next = reply.next ? strdup(reply.next) : NULL;
        try->ground->pages++;
}

static void count_body(Req *rq, void *arg)
{
        Case *try = arg;
        Cauce__CountRequest in = CAUCE__COUNT_REQUEST__INIT;
        Cauce__CountReply reply = CAUCE__COUNT_REPLY__INIT;

        in.filter = try->in.filter;
        in.q = try->in.q;
        in.deleted = try->in.deleted;
        in.mine = try->in.mine;
        in.has_cap = true;
        entity_count(rq, try->ground->lead, &in, &reply);
        try->count = reply.count;
}

static void check_body(Req *rq, void *arg)
{
        Case *try = arg;
        AccessPlan *plan = arena_alloc(rq->arena, sizeof *plan);
        const AccessQuery query = {
                .column = "created_at", .single = true, .limit = try->in.limit, .mine = try->in.mine};

        check_set(rq, try);
        check_order(rq, try);
        access_branches(rq, try->ground->lead, &query, pg_args(rq->arena), plan);
        try->ground->walks += plan->n == 0;
        try->ground->few += plan->n > 0 && plan->few;
        try->ground->many += plan->n > 0 && !plan->few;
}

static void withheld_body(Req *rq, void *arg)
{
        Case *try = arg;

        try->withheld = principal_access(rq, try->ground->lead)->withholds;
}

static void as_user(Case *try, void (*body)(Req *rq, void *arg))
{
        Arena *arena = arena_new();
        const CallContext context = {.user = try->ground->users[try->user]};
        Req rq;

        if (!req_run(&rq, arena, &try->ground->entity, &context, body, try))
                fail_msg("%s: %s %s %s, sort %s", msg_key(rq.problems[0].code),
                        rq.problems[0].args[0] ? rq.problems[0].args[0] : "", rq.cause ? rq.cause : "",
                        rq.where, try->in.sort ? try->in.sort : "");
        (void)arena_free(arena);
}

static void check_list(Ground *ground)
{
        Arena *arena = arena_new();
        Case *try = arena_alloc(arena, sizeof *try);

        try->ground = ground;
        try->user = below(USERS);
        as_user(try, withheld_body);
        case_make(try, arena);
        do {
                statistics_put(ground); /* another form for every page */
                as_user(try, page_body);
        } while (try->next);
        as_user(try, count_body);
        as_user(try, check_body);
        ground->lists++;
        (void)arena_free(arena);
}

static void lists_main(void *arg)
{
        Ground *ground = arg;

        schema_empty("leads");
        schema_migrate("leads", "services/leads/migrations");
        ground_open(ground);
        for (unsigned i = 0; i < COMPANIES; i++) {
                People *people = company_new();
                authz_done(&ground->entity);
                ground->entity.authz = people_build(people);
                (void)arena_free(people->arena);
                for (unsigned j = 0; j < LISTS; j++)
                        check_list(ground);
        }
        (void)printf("%u lists, %u pages; of lists by time %u walked, %u in few rows, %u in branches\n",
                ground->lists, ground->pages, ground->walks, ground->few, ground->many);
        assert_true(ground->walks > 50 && ground->few > 50 && ground->many > 50);
        ground_close(ground);
        loop_stop(world.loop);
}

static void test_lists(void **state)
{
        Ground *ground = calloc(1, sizeof *ground);

        (void)state;
        assert_non_null(ground);
        assert_int_equal(loop_new(&world.loop), 0);
        assert_int_equal(task_spawn(world.loop, lists_main, ground, NULL), 0);
        loop_run(world.loop);
        world.loop = loop_free(world.loop);
        free(ground);
}

static int setup(void **state)
{
        const char *given = getenv("CAUCE_SEED");

        (void)state;
        if (given)
                seed = strtoull(given, NULL, 10);
        else if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
                return -1;
        seed |= 1;
        (void)printf("CAUCE_SEED=%llu\n", (unsigned long long)seed);
        server_start(&world.pg);
        world.psql = server_psql(&world.pg);
        sql("SET client_min_messages = error; CREATE EXTENSION pg_trgm SCHEMA public; "
            "ALTER DATABASE postgres SET timezone = 'UTC'");
        roles_make("leads");
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        PQfinish(world.psql);
        server_end(&world.pg);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_lists)};

        return cmocka_run_group_tests(tests, setup, teardown);
}
