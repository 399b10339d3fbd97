#pragma once

/* A consumer whose effect can be counted, and events for it. Included by tests alone. */

#include "entity/feed.h"
#include "entity/test-world.h"

static struct {
        unsigned record;      /* the poisoned one */
        int64_t version;      /* 0 = none */
        bool sql_error;       /* fails in SQL instead of by its own word */
        unsigned faults_left; /* gives the batch back so often */
} poison;

static int effect_apply(Entity *entity, const EventIn *in, const char **ret_reason)
{
        static const char insert[] =
                "INSERT INTO effect (event_id, record, version) VALUES ($1, $2, $3 / $4)";
        Uuid id = event_uuid(in->event->id), record = event_uuid(in->event->record);
        bool poisoned =
                poison.version && in->event->version == poison.version && record.b[15] == poison.record;
        PgArgs *args = pg_args(in->arena);
        PgRows *rows;

        if (poison.faults_left > 0) {
                poison.faults_left--;
                return PG_FAULT;
        }
        if (poisoned && !poison.sql_error) {
                *ret_reason = "not today";
                return EVENT_POISON;
        }
        (void)pg_arg_uuid(args, &id);
        (void)pg_arg_uuid(args, &record);
        (void)pg_arg_int8(args, in->event->version);
        (void)pg_arg_int8(args, poisoned ? 0 : 1);
        return pg_conn_exec(in->conn, in->arena, &(PgStmt){insert, args}, 1, &rows);
}

UNUSED static const Consumer effects[] = {{.name = "effects", .apply = effect_apply}};

UNUSED static void make_effects(void)
{
        poison.version = 0;
        poison.faults_left = 0;
        sql("CREATE TABLE activities.effect (n bigserial, event_id uuid, record uuid, version bigint); "
            "GRANT ALL ON activities.effect, activities.effect_n_seq TO activities");
}

/* Events of `records` leads, versions `from` to `to` of each. */
UNUSED static void make_events(unsigned records, unsigned from, unsigned to)
{
        char text[800];

        (void)snprintf(text, sizeof text,
                "SET search_path = leads, public; "
                "WITH e AS (INSERT INTO event (event_id, module, record, version, type, at, changed, after) "
                "SELECT gen_random_uuid(), 'lead', ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, v, "
                "least(v, 2), clock_timestamp(), '{20}', jsonb_build_object('label', 'Lead ' || i || ' v' || v) "
                "FROM generate_series(%u, %u) v, generate_series(0, %u - 1) i ORDER BY v, i RETURNING seq) "
                "INSERT INTO outbox (seq) SELECT seq FROM e",
                from, to, records);
        sql(text);
}

UNUSED static long count_effects(void)
{
        return ask("SELECT count(*) FROM activities.effect");
}

/* Each record's versions one after the other, from 1. */
UNUSED static void check_effects(unsigned records, unsigned versions)
{
        assert_int_equal(count_effects(), (long)records * versions);
        assert_int_equal(
                ask("SELECT count(*) FROM (SELECT version - coalesce(lag(version) OVER (PARTITION BY record "
                    "ORDER BY n), 0) AS step FROM activities.effect) s WHERE step <> 1"),
                0);
}

UNUSED static void open_both(Service *leads, Service *activities)
{
        static const char *const references[] = {"leads.lead"};

        service_open(leads, "leads", "leads.lead", NULL, 0);
        service_open(activities, "activities", "activities.task", references, 1);
        assert_int_equal(relay_start(&leads->entity), 0);
}

UNUSED static void wait_published(void)
{
        WAIT_FOR(ask("SELECT count(*) FROM leads.outbox") == 0);
}
