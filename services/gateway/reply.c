/* Writing an answer: JSON, records, problems. */
#include <string.h>

#include "entity.cauce.h"
#include "entity/verbs.h"
#include "gateway.h"

void reply_json(Exchange *x, int status, const StrBuf *body)
{
        x->status = status;
        http_set(x->http, "Cache-Control", "private, no-cache");
        http_reply(x->http, status, "application/json", body->p, body->len);
}

const char *size_text(Arena *arena, size_t bytes)
{
        static const char *const units[] = {"bytes", "kB", "MB", "GB"};
        unsigned unit = 0;

        for (; bytes >= 1024 && bytes % 1024 == 0 && unit < 3; unit++)
                bytes /= 1024;
        return arena_printf(arena, "%zu %s", bytes, units[unit]);
}

void reply_empty(Exchange *x, int status)
{
        x->status = status;
        http_reply(x->http, status, NULL, "", 0);
}

void reply_record(Exchange *x, int status, const Module *module, Str packed)
{
        Arena *arena = x->rq.arena;
        const Cauce__RecordReply *reply = cauce__record_reply__unpack(
                (ProtobufCAllocator *)arena_protobuf(arena), packed.len, (const uint8_t *)packed.p);
        StrBuf json = {.arena = arena};

        if (!reply || !reply->has_record)
                req_fault(&x->rq, -1, "unreadable record reply");
        const ProtobufCMessage *record = protobuf_c_message_unpack(
                module->message->descriptor, arena_protobuf(arena), reply->record.len, reply->record.data);
        if (!record)
                req_fault(&x->rq, -1, "unreadable record");
        const char *etag = req_printf(&x->rq, "\"%lld%s%s\"", (long long)reply->version,
                reply->mask ? "." : "", reply->mask ? reply->mask : "");
        http_set(x->http, "ETag", etag);
        if (reply->replayed)
                http_set(x->http, "Idempotency-Replayed", "true");
        if (x->http->head || str_is(x->http->method, "GET"))
                if (if_none_match(x, etag)) {
                        reply_empty(x, 304);
                        return;
                }
        if (status == 201) {
                const RecordHead *head = (const RecordHead *)record;
                char id[UUID_TEXT + 1];
                uuid_format((const Uuid *)(const void *)head->id.data, id);
                http_set(x->http, "Location", req_printf(&x->rq, "/api/v1/%s/%s", module->path, id));
        }
        message_to_json(&json, module->message, record);
        reply_json(x, status, &json);
}

static void put_problem(StrBuf *out, Arena *arena, Lang lang, const ReqProblem *problem)
{
        json_put_text(out, "code", msg_key(problem->code));
        strbuf_putc(out, ',');
        json_put_text(out, "detail", msg_text(arena, lang, problem->code, problem->args, REQ_ARGS_MAX));
}

void problem_body(Arena *arena, Lang lang, MsgCode code, const char *reason, StrBuf *ret)
{
        const ReqProblem problem = {.code = code, .args = {reason}};

        strbuf_printf(ret, "{\"type\":\"about:blank\",\"status\":%d,", msg_status(code));
        put_problem(ret, arena, lang, &problem);
        strbuf_puts(ret, ",\"errors\":[]}");
}

void reply_job(Exchange *x, int status, const Module *module, Str packed)
{
        const Cauce__Job *job = req_unpack(&x->rq, &cauce__job__descriptor, packed);
        StrBuf out = {.arena = x->rq.arena};
        char id[UUID_TEXT + 1];

        if (status == 202 && job->id.len == sizeof(Uuid)) {
                uuid_format((const Uuid *)(const void *)job->id.data, id);
                http_set(x->http, "Location", req_printf(&x->rq, "/api/v1/%s/jobs/%s", module->path, id));
        }
        message_to_json(&out, &job_meta, &job->base);
        reply_json(x, status, &out);
}

/* The record in force, for who wants to see both. */
static void put_current(StrBuf *out, Req *rq, const Module *module)
{
        const ProtobufCMessage *record =
                module && rq->current.p
                        ? protobuf_c_message_unpack(module->message->descriptor, arena_protobuf(rq->arena),
                                  rq->current.len, (const uint8_t *)rq->current.p)
                        : NULL;

        if (!record)
                return;
        strbuf_puts(out, ",\"current\":");
        message_to_json(out, module->message, record);
}

void problem_put(StrBuf *out, Req *rq, const Module *module, const char *trace)
{
        static const ReqProblem unknown = {.code = MSG_INTERNAL};
        const ReqProblem *first = rq->n_problems ? &rq->problems[0] : &unknown;
        Lang lang = rq->context.lang;

        strbuf_printf(out, "{\"type\":\"about:blank\",\"status\":%d,", msg_status(first->code));
        put_problem(out, rq->arena, lang, first);
        if (trace) {
                strbuf_putc(out, ',');
                json_put_text(out, "trace", trace);
        }
        if (first->code == MSG_STALE) {
                strbuf_printf(out, ",\"version\":%lld", (long long)rq->version);
                put_current(out, rq, module);
        }
        strbuf_puts(out, ",\"errors\":[");
        for (unsigned i = 0, n = 0; i < rq->n_problems; i++) {
                if (!rq->problems[i].field)
                        continue;
                strbuf_puts(out, n++ ? ",{" : "{");
                json_put_text(out, "pointer", rq->problems[i].field);
                strbuf_putc(out, ',');
                put_problem(out, rq->arena, lang, &rq->problems[i]);
                strbuf_putc(out, '}');
        }
        strbuf_puts(out, "]}");
}

void reply_problem(Exchange *x)
{
        Req *rq = &x->rq;
        MsgCode code = rq->n_problems ? rq->problems[0].code : MSG_INTERNAL;
        const char *arg = rq->n_problems ? rq->problems[0].args[0] : NULL;
        StrBuf out = {.arena = rq->arena};
        uint32_t seconds;

        x->status = msg_status(code);
        problem_put(&out, rq, x->module, rq->context.trace);
        if (x->status == 401)
                http_set(x->http, "WWW-Authenticate", "Bearer");
        if (x->status == 503)
                http_set(x->http, "Retry-After", "1");
        if (x->status == 429 && parse_u32(str_of(arg), &seconds) == 0)
                http_set(x->http, "Retry-After", arg);
        http_set(x->http, "Content-Language", lang_tag(rq->context.lang));
        http_set(x->http, "Cache-Control", "no-store");
        http_reply(x->http, x->status, "application/problem+json", out.p, out.len);
}
