/* Identity's records of who may see and do what, elsewhere: copied whole while they change, the epoch, and
 * that nothing is answered by an older one. */
#include "entity/authz_private.h"
#include "entity/record.h"
#include "entity/test-world.h"
#include "entity/write.h"
#include "identity.cauce.h"

/* ---- identity ---- */

typedef struct Identity {
        Service service;
        ServiceModule modules[10];
} Identity;

static const EntityHooks no_hooks;

static void serve_identity(Bus *bus, BusRequest *request)
{
        Identity *identity = request->arg;
        Entity *entity = &identity->service.entity;

        if (strstr(request->subject, ".events"))
                events_answer(entity, request);
        for (unsigned i = 0; i < identity->service.table.n_modules; i++) {
                const Module *module = identity->modules[i].module;
                const char *subject = arena_printf(request->arena, "rpc.%s.scan", module->key);
                if (streq(request->subject, subject))
                        scan_answer(entity, request, module);
        }
}

static void identity_open(Identity *identity)
{
        Service *service = &identity->service;
        unsigned n = 0;

        *identity = (Identity){};
        for (; authz_modules[n]; n++)
                identity->modules[n] = (ServiceModule){module_by_key(authz_modules[n]), &no_hooks};
        identity->modules[n++] = (ServiceModule){module_by_key("identity.user_session"), &no_hooks};
        service->table = (ServiceTable){.name = "identity", .n_modules = n, .modules = identity->modules};
        role_conninfo("identity", service->conninfo);
        service->entity = (Entity){
                .loop = world.loop,
                .bus = bus_of("identity"),
                .service = &service->table,
                .service_name = "identity",
                .conninfo = service->conninfo,
                .currency = "COP",
                .replica = uuid_v7(),
        };
        assert_int_equal(zone_open("America/Bogota", &service->entity.zone), 0);
        const PgConfig config = {.conninfo = service->conninfo};
        assert_int_equal(pg_open(world.loop, &config, &service->entity.pg), 0);
        for (unsigned i = 0; i < 5000 && !pg_ready(service->entity.pg); i++)
                task_sleep(1000);
        assert_int_equal(runtime_reload(&service->entity), 0);
        assert_int_equal(
                bus_serve(service->entity.bus, "rpc.identity.>", 16, 100, serve_identity, identity), 0);
        service_wait("identity");
        assert_int_equal(relay_start(&service->entity), 0);
        assert_int_equal(authz_start(&service->entity), 0);
}

static void any_close(Service *service)
{
        authz_stop(&service->entity);
        events_stop(&service->entity);
        service->entity.bus = bus_close(service->entity.bus);
        authz_watch_free(&service->entity);
        authz_done(&service->entity);
        labels_done(&service->entity);
        runtime_done(&service->entity);
        service->entity.pg = pg_close(service->entity.pg);
}

static void replica_open(Service *service)
{
        service_open(service, "activities", "activities.task", NULL, 0);
        assert_int_equal(authz_start(&service->entity), 0);
}

static void tables_make(void)
{
        schema_empty("identity");
        stream_make("identity", 10000);
        durable_make("IDENTITY", "activities", "identity");
        schema_migrate("identity", "services/identity/migrations");
}

/* ---- writing, as identity does ---- */

typedef struct Edit {
        const ModuleRuntime *module;
        Uuid id, owner;
        const char *name;
        unsigned step;
        const char *grant;
} Edit;

static void set_text(
        Arena *arena, ProtobufCMessage *record, const MessageMeta *meta, const char *name, const char *text)
{
        const Field *field = message_field(meta, str_of(name));
        const Value value = {.null = !text, .text = str_of(text)};

        record_set(arena, record, field, &value);
}

static void edit_create(Req *rq, void *arg)
{
        Edit *edit = arg;
        const MessageMeta *meta = edit->module->module->message;
        ProtobufCMessage *record = record_new(rq->arena, meta);
        bool replayed;

        set_text(rq->arena, record, meta, "name", edit->name);
        if (edit->grant) {
                const Str grant = str_of(edit->grant);
                const Value value = {.n = 1, .texts = &grant};
                record_set(rq->arena, record, message_field(meta, STR("grants")), &value);
        }
        if (message_field(meta, STR("email")))
                set_text(rq->arena, record, meta, "email", req_printf(rq, "%s@example.com", edit->name));
        edit->id = record_id(entity_create(rq, edit->module, record, &replayed));
}

/* Now this field, now that; sets, empties, deletes, restores. */
static void edit_change(Req *rq, void *arg)
{
        Edit *edit = arg;
        const MessageMeta *meta = edit->module->module->message;
        const ProtobufCMessage *before = entity_read(rq, edit->module, &edit->id, true);
        ProtobufCMessage *after = record_copy(rq->arena, meta, before);

        if (record_head(before)->has_deleted_at) {
                bool replayed;
                (void)entity_restore(rq, edit->module, &edit->id, 0, &replayed);
                return;
        }
        switch (edit->step % 5) {
        case 0:
                set_text(rq->arena, after, meta, "name", req_printf(rq, "%s %u", edit->name, edit->step));
                break;
        case 1:
                set_text(rq->arena, after, meta, "description", "Ñandú");
                break;
        case 2:
                set_text(rq->arena, after, meta, "description", NULL);
                break;
        case 3:
                record_set_uuid(
                        rq->arena, &record_head(after)->owner, &record_head(after)->has_owner, &edit->owner);
                break;
        default:
                entity_delete(rq, edit->module, &edit->id, record_head(before)->version);
                return;
        }
        (void)entity_update(rq, edit->module, before, after);
}

static void edit_grant(Req *rq, void *arg)
{
        Edit *edit = arg;
        const MessageMeta *meta = edit->module->module->message;
        const ProtobufCMessage *before = entity_read(rq, edit->module, &edit->id, false);
        ProtobufCMessage *after = record_copy(rq->arena, meta, before);
        const Str grant = str_of(edit->grant);
        const Value value = {.n = 1, .texts = &grant};

        record_set(rq->arena, after, message_field(meta, STR("grants")), &value);
        (void)entity_update(rq, edit->module, before, after);
}

static void run_system(Identity *identity, void (*body)(Req *rq, void *arg), Edit *edit)
{
        Arena *arena = arena_new();
        CallContext context = {};
        Req rq;

        context_new_trace(&context);
        if (!req_run_system(&rq, arena, &identity->service.entity, &context, body, edit))
                fail_msg("%s at %s: %s", msg_key(rq.problems[0].code),
                        rq.problems[0].field ? rq.problems[0].field : "-", rq.cause ? rq.cause : "");
        (void)arena_free(arena);
}

static Edit edit_of(const Identity *identity, const char *module, const char *name)
{
        return (Edit){.module = runtime_module(&identity->service.entity, str_of(module)), .name = name};
}

/* ---- comparing ---- */

/* How many records of a module differ, by every byte, from what the replica's copy holds. */
static unsigned differing(const Identity *identity, const char *name)
{
        const ModuleRuntime *module = runtime_module(&identity->service.entity, str_of(name));
        Arena *arena = arena_new();
        unsigned n = 0;
        PgRows *rows, *copies;
        PgArgs *args = pg_args(arena);
        const PgStmt own = {.sql = arena_printf(arena, "SELECT %s FROM %s ORDER BY id", module->sql_select,
                                    module->module->table)};

        (void)pg_arg_text(args, str_of(module->module->key));
        assert_int_equal(pg_list(identity->service.entity.pg, arena, &own, 1, 0, &rows), 0);
        PgConn *conn;
        char conninfo[200];
        role_conninfo("activities", conninfo);
        assert_int_equal(pg_conn_open(world.loop, conninfo, &conn), 0);
        assert_int_equal(
                pg_conn_exec(conn, arena,
                        &(PgStmt){"SELECT id, version, deleted, record FROM authz_copy WHERE module = $1 "
                                  "ORDER BY id",
                                args},
                        1, &copies),
                0);
        conn = pg_conn_close(conn);
        if (pg_rows(rows) != pg_rows(copies))
                n = 1 + (unsigned)abs(pg_rows(rows) - pg_rows(copies));
        for (int row = 0; row < pg_rows(rows) && n == 0; row++) {
                const ProtobufCMessage *record =
                        record_row(arena, module->module, module->columns, module->n_columns, rows, row, 0);
                const RecordHead *head = record_head(record);
                Str bytes = pg_text(copies, row, 3);
                size_t len;
                const void *packed = event_pack(arena, record, &len);
                n += pg_int(copies, row, 1) != head->version ||
                     pg_bool(copies, row, 2) != (head->has_deleted_at != 0) || bytes.len != len ||
                     memcmp(bytes.p, packed, len) != 0;
        }
        (void)arena_free(arena);
        return n;
}

static bool all_equal(const Identity *identity)
{
        for (unsigned i = 0; i < identity->service.table.n_modules - 1; i++)
                if (differing(identity, identity->modules[i].module->name))
                        return false;
        return true;
}

/* ---- copies ---- */

typedef struct Writer {
        Identity *identity;
        const char *module;
        Uuid owner;
        bool done;
} Writer;

static void writer_task(void *arg)
{
        Writer *writer = arg;
        Edit edits[6];

        for (unsigned i = 0; i < 6; i++) {
                edits[i] = edit_of(writer->identity, writer->module, "Uno");
                edits[i].owner = writer->owner;
                run_system(writer->identity, edit_create, &edits[i]);
        }
        for (unsigned i = 0; i < 60; i++) {
                edits[i % 6].step = i / 6;
                run_system(writer->identity, edit_change, &edits[i % 6]);
                task_sleep(500);
        }
        writer->done = true;
}

static void copies_are_whole(World *w)
{
        static const char *const modules[] = {"role", "profile", "group"};
        Identity identity;
        Service one, two;
        Writer writers[3];

        (void)w;
        tables_make();
        identity_open(&identity);
        for (unsigned i = 0; i < 40; i++) {
                Edit edit = edit_of(&identity, modules[i % 3], "Antes");
                run_system(&identity, edit_create, &edit);
        }
        Edit person = edit_of(&identity, "user", "ana");
        run_system(&identity, edit_create, &person);
        for (unsigned i = 0; i < 3; i++) {
                writers[i] = (Writer){&identity, modules[i], person.id, false};
                assert_int_equal(task_spawn(world.loop, writer_task, &writers[i], NULL), 0);
        }
        task_sleep(10000);
        replica_open(&one);
        replica_open(&two);
        WAIT_FOR(writers[0].done && writers[1].done && writers[2].done);
        WAIT_FOR(all_equal(&identity));
        assert_int_equal(ask("SELECT count(*) FROM activities.copy_state WHERE state = 'following'"), 8);
        assert_true(ask("SELECT count(*) FROM activities.authz_copy WHERE deleted") > 0);
        WAIT_FOR(one.entity.authz && two.entity.authz);
        const uint64_t rights = (uint64_t)ask("SELECT max(seq) FROM identity.event");
        WAIT_FOR(authz_epoch(&identity.service.entity).rights == rights);
        WAIT_FOR(one.entity.authz->epoch >= rights && two.entity.authz->epoch >= rights);
        assert_int_equal(one.entity.authz->n_profiles, two.entity.authz->n_profiles);
        assert_int_equal(one.entity.authz->n_profiles, identity.service.entity.authz->n_profiles);

        /* What was changed without an event shows as a hole with the next one. */
        Edit edit = edit_of(&identity, "role", "Dos");
        run_system(&identity, edit_create, &edit);
        WAIT_FOR(all_equal(&identity));
        sql("UPDATE identity.role SET version = version + 3, description = 'sin suceso' WHERE name = 'Dos'");
        edit.step = 5;
        run_system(&identity, edit_change, &edit);
        WAIT_FOR(all_equal(&identity));

        /* A scan anew over copies that are ahead or behind. */
        sql("UPDATE activities.copy_state SET state = 'scanning', scanned_to = NULL; "
            "UPDATE activities.authz_copy SET version = 1, record = '' WHERE module = 'identity.group'");
        any_close(&one);
        any_close(&two);
        replica_open(&one);
        WAIT_FOR(all_equal(&identity));
        any_close(&one);
        any_close(&identity.service);
}

/* ---- the epoch ---- */

typedef struct Reader {
        uint64_t epoch;
        const Uuid *profile;
        const char *grant;
        MsgCode code; /* of the refusal; MSG_MAX = it was answered */
        bool right, done;
        Service *service;
} Reader;

static void read_body(Req *rq, void *arg)
{
        Reader *reader = arg;
        const Authz *authz = authz_of(rq);

        assert_true(authz->epoch >= reader->epoch);
        if (!reader->profile)
                return;
        uint32_t i = authz_profile(authz, reader->profile);
        reader->right = i != AUTHZ_NONE && authz->profiles[i].n_grants == 1 &&
                        streq(authz->profiles[i].grants[0], reader->grant);
}

static void reader_task(void *arg)
{
        Reader *reader = arg;
        Arena *arena = arena_new();
        const CallContext context = {.epoch = reader->epoch, .deadline = clock_realtime() + 30000000};
        Req rq;

        bool answered = req_run_system(&rq, arena, &reader->service->entity, &context, read_body, reader);
        reader->code = answered ? MSG_MAX : rq.problems[0].code;
        (void)arena_free(arena);
        reader->done = true;
}

/* Whoever comes with the epoch of a change is answered by that change, on each replica, however quick. */
static void nobody_reads_the_past(World *w)
{
        Identity identity;
        Service services[2];

        (void)w;
        tables_make();
        identity_open(&identity);
        Edit edit = edit_of(&identity, "profile", "Ventas");
        edit.grant = "leads.lead:see";
        run_system(&identity, edit_create, &edit);
        replica_open(&services[0]);
        replica_open(&services[1]);
        for (unsigned i = 0; i < 60; i++) {
                Reader readers[9];
                char grant[40];
                (void)snprintf(grant, sizeof grant, "leads.lead:see%u", i);
                edit.grant = grant;
                run_system(&identity, edit_grant, &edit);
                const uint64_t newest = (uint64_t)ask("SELECT max(seq) FROM identity.event");
                WAIT_FOR(authz_epoch(&identity.service.entity).rights == newest);
                for (unsigned j = 0; j < 9; j++) {
                        readers[j] = (Reader){.epoch = newest,
                                .profile = &edit.id,
                                .grant = grant,
                                .service = j < 8 ? &services[j % 2] : &identity.service};
                        assert_int_equal(task_spawn(world.loop, reader_task, &readers[j], NULL), 0);
                }
                for (unsigned j = 0; j < 9; j++) {
                        WAIT_FOR(readers[j].done);
                        assert_int_equal(readers[j].code, MSG_MAX);
                        assert_true(readers[j].right);
                }
        }

        /* An epoch that nobody has told does not come. */
        for (unsigned j = 0; j < 3; j++) {
                Reader reader = {.epoch = 1000000, .service = j < 2 ? &services[j] : &identity.service};
                reader_task(&reader);
                assert_int_equal(reader.code, MSG_UNAVAILABLE);
        }

        /* A poke that is lost: the copy is changed behind the replicas' back. */
        sql("DELETE FROM activities.authz_copy WHERE module = 'identity.profile'; "
            "UPDATE activities.copy_state SET changes = changes + 1 WHERE source = 'authz:identity.profile'");
        WAIT_FOR(services[0].entity.authz->n_profiles == 0 && services[1].entity.authz->n_profiles == 0);
        any_close(&services[0]);
        any_close(&services[1]);
        any_close(&identity.service);
}

static uint64_t session_event(const char *what)
{
        char text[300];

        (void)snprintf(text, sizeof text,
                "INSERT INTO identity.event (event_id, module, record, version, type, at) "
                "VALUES (gen_random_uuid(), 'user_session', gen_random_uuid(), 1, %s, now()) RETURNING seq",
                what);
        return (uint64_t)ask(text);
}

/* A number that commits late moves the epoch too, though a higher one was told before; rights are told once
 * nothing lower can come any more. */
static void epoch_misses_nobody(World *w)
{
        PGconn *writer = server_psql(&world.pg);
        Identity identity;
        Entity *entity = &identity.service.entity;

        (void)w;
        tables_make();
        identity_open(&identity);
        WAIT_FOR(entity->authz && authz_epoch(entity).epoch > 0);
        AuthzEpoch before = authz_epoch(entity);
        (void)server_ask(writer, "BEGIN; CREATE TEMP TABLE x ()");
        uint64_t late = (uint64_t)server_ask(writer,
                "INSERT INTO identity.event (event_id, module, record, version, type, at) "
                "VALUES (gen_random_uuid(), 'user_session', gen_random_uuid(), 1, 3, now()) RETURNING seq");
        Edit edit = edit_of(&identity, "role", "Uno");
        run_system(&identity, edit_create, &edit);
        uint64_t early = (uint64_t)ask("SELECT max(seq) FROM identity.event");
        assert_true(early > late);
        AuthzEpoch now = authz_epoch_look(entity, clock_monotonic() + 5000000);
        assert_true(now.epoch > before.epoch);
        assert_true(now.rights < late && authz_settled(entity) < (int64_t)late);
        assert_int_equal(entity->authz->n_roles, 1); /* what is there counts at once all the same */
        before = now;
        (void)server_ask(writer, "COMMIT");
        WAIT_FOR(authz_epoch(entity).epoch > before.epoch && authz_epoch(entity).rights == early);

        /* A session that ends moves the one and not the other; one that begins, neither. */
        before = authz_epoch_look(entity, clock_monotonic() + 5000000);
        (void)session_event("3");
        WAIT_FOR(authz_epoch(entity).epoch > before.epoch);
        before = authz_epoch_look(entity, clock_monotonic() + 5000000);
        assert_int_equal(before.rights, early);
        (void)session_event("1");
        now = authz_epoch_look(entity, clock_monotonic() + 5000000);
        assert_int_equal(now.epoch, before.epoch);
        assert_int_equal(now.rights, early);
        PQfinish(writer);
        any_close(&identity.service);
}

/* A transaction that goes on beside holds up what is told of settled numbers, and nothing else: the copies
 * have the change, and who comes with the epoch of a later one is answered as soon as it has ended. */
static void long_writers_hold_nobody_up(World *w)
{
        PGconn *writer = server_psql(&world.pg);
        Identity identity;
        Service service;
        Entity *entity = &identity.service.entity;

        (void)w;
        tables_make();
        identity_open(&identity);
        replica_open(&service);
        WAIT_FOR(entity->authz && service.entity.authz);
        (void)server_ask(writer, "BEGIN; CREATE TEMP TABLE x ()");
        for (unsigned i = 0; i < 5; i++) {
                Edit edit = edit_of(&identity, "role", "Uno");
                run_system(&identity, edit_create, &edit);
                WAIT_FOR(service.entity.authz->n_roles == i + 1 && entity->authz->n_roles == i + 1);
        }
        uint64_t newest = (uint64_t)ask("SELECT max(seq) FROM identity.event");
        assert_true(authz_epoch(entity).rights < newest);
        (void)server_ask(writer, "COMMIT");
        WAIT_FOR(authz_epoch(entity).rights == newest);
        Reader reader = {.epoch = newest, .service = &service};
        reader_task(&reader);
        assert_int_equal(reader.code, MSG_MAX);
        PQfinish(writer);
        any_close(&service);
        any_close(&identity.service);
}

#define WORLD_TEST(name)                                                                                     \
        static void test_##name(void **state)                                                                \
        {                                                                                                    \
                run_world(name);                                                                             \
        }

WORLD_TEST(copies_are_whole)
WORLD_TEST(nobody_reads_the_past)
WORLD_TEST(epoch_misses_nobody)
WORLD_TEST(long_writers_hold_nobody_up)

static int setup(void **state)
{
        int r = group_setup(state);

        roles_make("identity");
        return r;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_copies_are_whole),
                cmocka_unit_test(test_nobody_reads_the_past),
                cmocka_unit_test(test_epoch_misses_nobody),
                cmocka_unit_test(test_long_writers_hold_nobody_up),
        };

        return cmocka_run_group_tests(tests, setup, group_teardown);
}
