/* What an operator watches of a daemon with modules: requests, pools of connections, events out and in. */
#include "service/service_metrics.h"
#include "entity/authz.h"
#include "entity/events.h"
#include "service/dispatch.h"

static void request_metrics(const Bus *bus, StrBuf *out)
{
        BusStats stats;

        bus_stats(bus, &stats);
        metric_gauge(out, "cauce_rpc_queued", "Requests waiting for a task.", stats.queued);
        metric_gauge(out, "cauce_rpc_running", "Requests being answered.", stats.running);
        metric_counter(
                out, "cauce_rpc_busy_total", "Requests refused because the queue was full.", stats.busy);
        metric_counter(out, "cauce_bus_timeouts_total", "Calls without an answer in time.", stats.timeouts);
        metric_counter(out, "cauce_bus_reconnects_total", "Reconnections to NATS.", stats.reconnects);
}

static void pool_metrics(const Pg *pg, StrBuf *out)
{
        PgStats stats;

        pg_stats(pg, &stats);
        metric_counter(out, "cauce_pg_gets_total", "Records asked for by id.", stats.gets);
        metric_counter(
                out, "cauce_pg_get_statements_total", "Statements that read them.", stats.get_statements);
        metric_counter(out, "cauce_pg_reads_total", "Reads by key.", stats.reads);
        metric_counter(out, "cauce_pg_lists_total", "Lists, counts and scans.", stats.lists);
        metric_counter(out, "cauce_pg_writes_total", "Write sets.", stats.writes);
        metric_counter(
                out, "cauce_pg_write_groups_total", "Transactions that carried them.", stats.write_groups);
        metric_counter(
                out, "cauce_pg_write_retries_total", "Write sets that were run again.", stats.write_retries);
        metric_counter(out, "cauce_pg_locked_total",
                "Transactions of their own, and write sets that waited for a lock.", stats.locked);
        metric_counter(out, "cauce_pg_reconnects_total", "Reconnections to PostgreSQL.", stats.reconnects);
        metric_gauge(out, "cauce_pg_connections", "Connections of the pools.", stats.connections);
        metric_gauge(out, "cauce_pg_connections_up", "Those that are up.", stats.connections_up);
        metric_gauge(out, "cauce_pg_prepared", "Statements prepared on them.", stats.prepared);
        metric_head(out, "cauce_pg_busy", "Connections in use, by pool.", METRIC_GAUGE);
        metric_value(out, "cauce_pg_busy", "pool", "list", stats.list_busy);
        metric_value(out, "cauce_pg_busy", "pool", "locked", stats.locked_busy);
        metric_head(out, "cauce_pg_waiting", "Calls waiting for a connection, by pool.", METRIC_GAUGE);
        metric_value(out, "cauce_pg_waiting", "pool", "list", stats.list_waiting);
        metric_value(out, "cauce_pg_waiting", "pool", "locked", stats.locked_waiting);
        metric_value(out, "cauce_pg_waiting", "pool", "write", stats.write_waiting);
        metric_counter(out, "cauce_slow_statements_total", "SQL waited for longer than CAUCE_SLOW_MS.",
                dispatch_slow_count());
}

static void event_metrics(const Entity *entity, StrBuf *out)
{
        EventsStats events;

        events_stats(entity, &events);
        metric_gauge(
                out, "cauce_outbox_rows", "Events not yet published, as the relay last saw.", events.outbox);
        metric_seconds(out, "cauce_relay_lag_seconds", "Age of the oldest of them.",
                events.relaying && events.oldest_at ? clock_realtime() - events.oldest_at : 0);
        metric_gauge(out, "cauce_relay_holder", "1 when this replica publishes.", events.relaying);
        metric_counter(
                out, "cauce_events_published_total", "Events published by this replica.", events.published);
        metric_counter(
                out, "cauce_events_applied_total", "Events of other services applied.", events.applied);
        metric_counter(
                out, "cauce_events_parked_total", "Events put into the dead-letter list.", events.parked);
        metric_counter(out, "cauce_events_redelivered_total", "Events that came again.", events.redelivered);
        metric_counter(
                out, "cauce_events_catch_ups_total", "Times that an owner was asked.", events.catch_ups);
        metric_seconds(out, "cauce_consumer_lag_seconds", "Age of the last event when it was applied.",
                events.lag_us);
        metric_counter(out, "cauce_events_faults_total", "Interruptions of the relay and the consumers.",
                events.faults);
}

void service_metrics(const Entity *entity, StrBuf *out)
{
        request_metrics(entity->bus, out);
        pool_metrics(entity->pg, out);
        event_metrics(entity, out);
        metric_gauge(out, "cauce_authz_epoch", "Changes of identity's rights that are in force here.",
                entity->authz ? (int64_t)entity->authz->epoch : 0);
}
