/* JetStream's side, with the administrator's account: a stream for each service that has modules, and on it a
 * durable for each service that refers to them. Daemons can make neither. */
#include <ctype.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/meta.h"
#include "maintain.h"

#define CALL_US        INT64_C(5000000)
#define STREAM_UNKNOWN 10059
#define NAMES_MAX      64

typedef struct JsReply {
        int64_t error; /* 0 = none */
        const char *reason;
} JsReply;

/* {"error": {"err_code": …, "description": …}}, or what was made. */
static bool read_reply(Arena *arena, Str json, JsReply *ret)
{
        JsonReader reader;
        Str key = {};

        json_init(&reader, arena, json);
        for (JsonToken token = json_next(&reader); token != JSON_END; token = json_next(&reader)) {
                if (token == JSON_ERROR)
                        return false;
                if (token == JSON_KEY)
                        key = reader.text;
                else if (token == JSON_NUMBER && str_is(key, "err_code"))
                        (void)parse_i64(reader.text, &ret->error);
                else if (token == JSON_STRING && str_is(key, "description"))
                        ret->reason = arena_strndup(arena, reader.text.p, reader.text.len);
        }
        return true;
}

static JsReply js_call(Maintain *maintain, Arena *arena, const char *subject, const char *body)
{
        CallContext context = {.deadline = clock_realtime() + CALL_US};
        JsReply result = {};
        BusReply reply;

        int r = bus_call(maintain->bus, arena, &context, subject, body, strlen(body), &reply);
        if (r != 0)
                return (JsReply){.error = r,
                        .reason = r == BUS_E_NO_RESPONDERS ? "JetStream is not there" : "no answer"};
        if (!read_reply(arena, (Str){(const char *)reply.data, reply.len}, &result))
                return (JsReply){.error = -1, .reason = "an answer that is not JSON"};
        return result;
}

static bool said(const char *what, const char *name, JsReply reply)
{
        if (reply.error)
                log_error(NULL, what, KV("name", name), KV("code", reply.error),
                        KV("reason", reply.reason ? reply.reason : ""));
        return reply.error == 0;
}

static const char *upper(Arena *arena, const char *name)
{
        char *text = arena_strdup(arena, name);

        for (char *p = text; *p; p++)
                *p = (char)toupper((unsigned char)*p);
        return text;
}

static bool stream_maintain(Maintain *maintain, const char *service)
{
        static const char config[] =
                "{\"name\":\"%1$s\",\"subjects\":[\"ev.%2$s.>\"],\"retention\":\"limits\",\"storage\":\"file\","
                "\"discard\":\"old\",\"max_age\":604800000000000,\"duplicate_window\":10000000000,"
                "\"max_msg_size\":4194304,\"max_bytes\":%3$lld,\"max_msgs\":-1,\"max_consumers\":-1,\"num_replicas\":1}";
        Arena *arena = arena_new();
        const char *stream = upper(arena, service);
        const char *body = arena_printf(arena, config, stream, service, (long long)maintain->stream_bytes);

        JsReply reply =
                js_call(maintain, arena, arena_printf(arena, "$JS.API.STREAM.UPDATE.%s", stream), body);
        if (reply.error == STREAM_UNKNOWN) {
                reply = js_call(
                        maintain, arena, arena_printf(arena, "$JS.API.STREAM.CREATE.%s", stream), body);
                if (!reply.error)
                        log_info(NULL, "stream made", KV("stream", stream));
        }
        bool good = said("cannot make the stream", stream, reply);
        (void)arena_free(arena);
        return good;
}

/* Made or brought up to date by the same request. No filter: a service's stream holds nothing but its events,
 * and with one the server looks through its index of subjects for every message (a hundred microseconds each,
 * measured). */
static bool durable_maintain(Maintain *maintain, const char *source, const char *consumer)
{
        static const char config[] =
                "{\"stream_name\":\"%1$s\",\"config\":{\"durable_name\":\"%2$s\","
                "\"deliver_policy\":\"all\",\"ack_policy\":\"explicit\",\"ack_wait\":5000000000,\"max_deliver\":-1,"
                "\"max_ack_pending\":256,\"replay_policy\":\"instant\"}}";
        Arena *arena = arena_new();
        const char *stream = upper(arena, source);

        JsReply reply = js_call(maintain, arena,
                arena_printf(arena, "$JS.API.CONSUMER.DURABLE.CREATE.%s.%s", stream, consumer),
                arena_printf(arena, config, stream, consumer));
        bool good = said("cannot make the durable", arena_printf(arena, "%s/%s", stream, consumer), reply);
        (void)arena_free(arena);
        return good;
}

static bool name_add(const char *names[NAMES_MAX], unsigned *n, const char *name)
{
        for (unsigned i = 0; i < *n; i++)
                if (streq(names[i], name))
                        return false;
        if (*n < NAMES_MAX)
                names[(*n)++] = name;
        return true;
}

/* Everybody follows identity, who says who may do what. */
static bool refers_to(const char *consumer, const char *source)
{
        size_t len = strlen(source);

        if (streq(source, "identity"))
                return true;
        for (unsigned i = 0; cauce_modules[i]; i++) {
                const MessageMeta *message = cauce_modules[i]->message;
                for (unsigned j = 0; j < message->n_fields && streq(cauce_modules[i]->service, consumer);
                        j++) {
                        const char *ref = message->fields[j].ref;
                        if (ref && strncmp(ref, source, len) == 0 && ref[len] == '.')
                                return true;
                }
        }
        return false;
}

bool streams_maintain(Maintain *maintain)
{
        const char *services[NAMES_MAX];
        unsigned n = 0, durables = 0;
        bool good = true;

        for (unsigned i = 0; cauce_modules[i]; i++)
                if (name_add(services, &n, cauce_modules[i]->service))
                        good &= stream_maintain(maintain, cauce_modules[i]->service);
        for (unsigned i = 0; i < n; i++)
                for (unsigned j = 0; j < n; j++)
                        if (i != j && refers_to(services[i], services[j])) {
                                good &= durable_maintain(maintain, services[j], services[i]);
                                durables++;
                        }
        if (good)
                log_info(NULL, "streams in order", KV("streams", n), KV("durables", durables));
        return good;
}
