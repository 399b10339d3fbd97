/* Many records changed in one statement: what differs is written, told and nothing else. */
#include "entity/test-random.h"

#include "entity.pb-c.h"
#include "entity/write_set.h"

#define FIELDS 8

static Ground ground;

typedef struct Case {
        SetRow row;
        bool stale, differs;
} Case;

/* Fields of all kinds that a person could write, some of them searchable. */
static unsigned pick_fields(const Field **ret)
{
        unsigned n = 0;

        while (n < FIELDS) {
                const Field *field = ground.module->columns[below(ground.module->n_columns)];
                bool again = field->number <= TAG_LABELS && field->number != TAG_CUSTOM &&
                             field->number != TAG_ASSIGNED_TO;
                for (unsigned i = 0; i < n; i++)
                        again |= ret[i] == field;
                if (!again && field->number != TAG_NUMBER)
                        ret[n++] = field;
        }
        return n;
}

static void change_custom(ProtobufCMessage *record)
{
        const Field *field = ground.module->custom[below(ground.module->n_custom)];
        Value value = random_value(&ground, field);

        record_put(ground.world.arena, record, field, &value);
}

/* A change of some of the fields, or of none. */
static void make_case(Case *one, ProtobufCMessage *before, const Field *const *fields, unsigned n)
{
        Arena *arena = ground.world.arena;
        const MessageMeta *meta = ground.module->module->message;
        ProtobufCMessage *after = record_copy(arena, meta, before);

        for (unsigned i = 0; i < n; i++) {
                if (below(3) != 0)
                        continue;
                if (fields[i]->number == TAG_CUSTOM) {
                        change_custom(after);
                } else {
                        Value value = random_value(&ground, fields[i]);
                        record_put(arena, after, fields[i], &value);
                }
        }
        *one = (Case){.row = {before, after}, .stale = below(10) == 0};
        for (unsigned i = 0; i < n; i++)
                one->differs |= record_differs(arena, fields[i], before, after);
        if (one->stale) {
                ProtobufCMessage *old = record_copy(arena, meta, before);
                record_head(old)->version--;
                one->row.before = old;
        }
}

/* As PostgreSQL writes it: keys in its own order. */
static void check_json(const Case *one, const uint32_t *changed, unsigned n, bool before, Str found)
{
        Arena *arena = ground.world.arena;
        StrBuf json = {.arena = arena};
        PgArgs *args = pg_args(arena);

        storage_put_json(&json, ground.module->module, before ? one->row.before : one->row.after, changed, n);
        (void)pg_arg_jsonb(args, (Str){json.p, json.len});
        (void)pg_arg_jsonb(args, found);
        PGresult *same = ask_rows(
                before ? "SELECT $1 = $2" : "SELECT $1 - 'label' = $2 - 'label' AND $2 ? 'label'", args);
        if (!pg_bool(same, 0, 0))
                fail_msg("%s: %s, not %.*s", before ? "before" : "after", json.p, (int)found.len, found.p);
        PQclear(same);
}

static void check_event(const Case *one, const Field *const *fields, unsigned n, PGresult *events, int row)
{
        uint32_t changed[FIELDS + 1];
        unsigned count = 0;
        int64_t *numbers;

        for (unsigned i = 0; i < n; i++)
                if (record_differs(ground.world.arena, fields[i], one->row.before, one->row.after))
                        changed[count++] = fields[i]->number;
        check_json(one, changed, count, false, pg_text(events, row, 5));
        if (label_differs(ground.world.arena, ground.module->module, one->row.before, one->row.after))
                changed[count++] = TAG_LABEL;
        check_json(one, changed, count, true, pg_text(events, row, 4));
        assert_int_equal(pg_int_array(events, row, 3, ground.world.arena, &numbers), count);
        for (unsigned i = 0; i < count; i++)
                assert_int_equal(numbers[i], changed[i]);
        assert_int_equal(pg_int(events, row, 1), record_head(one->row.before)->version + 1);
        assert_int_equal(pg_int(events, row, 2), CAUCE__EVENT_TYPE__EVENT_TYPE_UPDATED);
        assert_true(pg_bool(events, row, 6));
}

/* Whatever the order of its keys. */
static bool custom_differs(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
        StrBuf x = {.arena = ground.world.arena}, y = {.arena = ground.world.arena};
        PgArgs *args = pg_args(ground.world.arena);

        storage_put_custom(&x, record_head(a)->custom);
        storage_put_custom(&y, record_head(b)->custom);
        (void)pg_arg_jsonb(args, (Str){x.p, x.len});
        (void)pg_arg_jsonb(args, (Str){y.p, y.len});
        PGresult *same = ask_rows("SELECT $1 = $2", args);
        bool differs = !pg_bool(same, 0, 0);
        PQclear(same);
        return differs;
}

/* The record as it stands now, against what it should be. */
static void check_record(const Case *one, const ProtobufCMessage *now)
{
        bool changed = one->differs && !one->stale;
        const ProtobufCMessage *wanted = changed ? one->row.after : one->row.before;
        int64_t version = record_head(one->row.before)->version + (changed || one->stale ? 1 : 0);

        assert_int_equal(record_head(now)->version, version);
        for (unsigned i = 0; i < ground.module->n_columns; i++) {
                const Field *field = ground.module->columns[i];
                bool differs = field->number == TAG_CUSTOM
                                       ? custom_differs(wanted, now)
                                       : record_differs(ground.world.arena, field, wanted, now);
                if (field->number >= TAG_OWNER && differs)
                        fail_msg("%s is not as it should be", field->name);
        }
}

static void check_fold(void)
{
        for (unsigned i = 0; i < ground.n; i++) {
                PgArgs *args = pg_args(ground.world.arena);
                Uuid id = record_id(ground.records[i]);
                (void)pg_arg_uuid(args, &id);
                (void)pg_arg_text(args, record_fold(ground.world.arena, ground.module, ground.records[i]));
                PGresult *same = ask_rows("SELECT fold = $2 FROM lead WHERE id = $1", args);
                assert_true(pg_bool(same, 0, 0));
                PQclear(same);
        }
}

static void check_all(const Case *cases, const Field *const *fields, unsigned n)
{
        static const char sql[] =
                "SELECT record, version, type, changed, before, after, "
                "EXISTS (SELECT 1 FROM outbox o WHERE o.seq = e.seq) FROM event e WHERE record = $1 AND type = 2";

        read_back(&ground);
        for (unsigned i = 0; i < ground.n; i++) {
                PgArgs *args = pg_args(ground.world.arena);
                Uuid id = record_id(cases[i].row.before);
                (void)pg_arg_uuid(args, &id);
                PGresult *events = ask_rows(sql, args);
                bool changed = cases[i].differs && !cases[i].stale;
                assert_int_equal(pg_rows(events), changed);
                if (changed)
                        check_event(&cases[i], fields, n, events, 0);
                check_record(&cases[i], ground.records[i]);
                PQclear(events);
        }
        check_fold();
}

static void test_set(void **state)
{
        static Case cases[RECORDS];
        static SetRow rows[RECORDS];
        const Field *fields[FIELDS];
        unsigned n, written = 0;

        (void)state;
        world_init(&ground.world);
        ground.module = &ground.world.module;
        ground_fill(&ground);
        must("UPDATE lead SET deleted_at = NULL");
        for (unsigned turn = 0; turn < 4; turn++) {
                must("TRUNCATE event, outbox");
                n = pick_fields(fields);
                read_back(&ground);
                for (unsigned i = 0; i < RECORDS; i++) {
                        make_case(&cases[i], ground.records[i], fields, n);
                        rows[i] = cases[i].row;
                }
                const WriteEvent event = {.at = ground.now, .trace = "t"};
                PgStmt stmt = stmt_update_set(
                        ground.world.arena, ground.module, fields, n, rows, RECORDS, &event, &written);
                assert_true(written > RECORDS / 2 && written < RECORDS);
                PQclear(ask_rows(stmt.sql, stmt.args));
                check_all(cases, fields, n);
        }
        world_done(&ground.world);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_set)};

        return cmocka_run_group_tests(tests, random_setup, random_teardown);
}
