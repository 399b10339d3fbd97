/* Answers $SRV.PING|INFO|STATS, of the service, of its name and of this instance (ADR-32), so that any NATS
 * tool can find, describe and measure the running services. */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "bus/private.h"

typedef enum Verb { VERB_PING, VERB_INFO, VERB_STATS, VERB_MAX } Verb;

static const struct {
        const char *subject, *type;
} verbs[VERB_MAX] = {
        [VERB_PING] = {"PING", "io.nats.micro.v1.ping_response"},
        [VERB_INFO] = {"INFO", "io.nats.micro.v1.info_response"},
        [VERB_STATS] = {"STATS", "io.nats.micro.v1.stats_response"},
};

static void put_text(StrBuf *buf, const char *key, const char *value)
{
        json_put_text(buf, key, value);
        strbuf_putc(buf, ',');
}

static void put_number(StrBuf *buf, const char *key, uint64_t value)
{
        strbuf_putc(buf, '"');
        strbuf_puts(buf, key);
        strbuf_puts(buf, "\":");
        strbuf_put_i64(buf, (int64_t)value);
        strbuf_putc(buf, ',');
}

/* ADR-32 wants semantic versioning; a build without a tag is named by its commit. */
static void put_version(StrBuf *buf, const char *version)
{
        if (isdigit((unsigned char)version[0]) && strchr(version, '.')) {
                put_text(buf, "version", version);
                return;
        }
        strbuf_puts(buf, "\"version\":\"0.0.0+");
        for (const char *p = version; *p; p++)
                strbuf_putc(buf, isalnum((unsigned char)*p) ? *p : '-');
        strbuf_puts(buf, "\",");
}

static void put_endpoint(StrBuf *buf, const Endpoint *endpoint, Verb verb)
{
        strbuf_putc(buf, '{');
        put_text(buf, "name", endpoint->name);
        put_text(buf, "subject", endpoint->subject);
        put_text(buf, "queue_group", endpoint->bus->name);
        if (verb == VERB_STATS) {
                uint64_t ns = endpoint->processing_us * 1000;
                put_number(buf, "num_requests", endpoint->requests);
                put_number(buf, "num_errors", endpoint->errors);
                put_text(buf, "last_error", endpoint->last_error);
                put_number(buf, "processing_time", ns);
                put_number(
                        buf, "average_processing_time", endpoint->requests > 0 ? ns / endpoint->requests : 0);
        }
        strbuf_puts(buf, "\"metadata\":{}}");
}

static void put_endpoints(StrBuf *buf, const Bus *bus, Verb verb)
{
        strbuf_puts(buf, "\"endpoints\":[");
        for (const Endpoint *endpoint = bus->endpoints; endpoint; endpoint = endpoint->next) {
                put_endpoint(buf, endpoint, verb);
                if (endpoint->next)
                        strbuf_putc(buf, ',');
        }
        strbuf_puts(buf, "],");
}

static void describe(StrBuf *buf, const Bus *bus, Verb verb)
{
        strbuf_putc(buf, '{');
        put_text(buf, "type", verbs[verb].type);
        put_text(buf, "name", bus->name);
        put_text(buf, "id", bus->id);
        put_version(buf, bus->version);
        if (verb == VERB_INFO)
                put_text(buf, "description", bus->name);
        if (verb == VERB_STATS)
                put_text(buf, "started", bus->started);
        if (verb != VERB_PING)
                put_endpoints(buf, bus, verb);
        strbuf_puts(buf, "\"metadata\":{}}");
}

static void answer(Bus *bus, natsMsg *msg, Verb verb)
{
        StrBuf buf = {.arena = bus_scratch(bus)};
        const char *reply = natsMsg_GetReply(msg);
        if (reply) {
                describe(&buf, bus, verb);
                (void)link_publish(bus->link, reply, NULL, NULL, buf.p, buf.len);
        }
        link_release(msg);
}

static void on_ping(void *arg, natsMsg *msg)
{
        answer(arg, msg, VERB_PING);
}

static void on_info(void *arg, natsMsg *msg)
{
        answer(arg, msg, VERB_INFO);
}

static void on_stats(void *arg, natsMsg *msg)
{
        answer(arg, msg, VERB_STATS);
}

int discovery_start(Bus *bus)
{
        static const LinkReceive receive[VERB_MAX] = {on_ping, on_info, on_stats};
        unsigned n = 0;
        int r = 0;
        if (bus->discoverable)
                return 0;
        bus->discoverable = true;
        for (Verb verb = 0; verb < VERB_MAX && r == 0; verb++) {
                Arena *arena = bus_scratch(bus);
                const char *all = arena_printf(arena, "$SRV.%s", verbs[verb].subject);
                const char *named = arena_printf(arena, "%s.%s", all, bus->name);
                const char *subjects[] = {all, named, arena_printf(arena, "%s.%s", named, bus->id)};
                for (unsigned i = 0; i < 3 && r == 0; i++)
                        r = link_subscribe(
                                bus->link, subjects[i], NULL, receive[verb], bus, &bus->discovery[n++]);
        }
        return r;
}
