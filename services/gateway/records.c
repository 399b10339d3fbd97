/* /api/v1/{module}…: records of every module, by its verbs. */
#include <string.h>

#include "entity.cauce.h"
#include "entity/verbs.h"
#include "event_json.h"
#include "gateway.h"

static const char *subject_of(Exchange *x, const Module *module, const char *verb)
{
        return req_printf(&x->rq, "rpc.%s.%s.%s", module->service, module->name, verb);
}

static ProtobufCBinaryData bytes_of(Str data)
{
        return (ProtobufCBinaryData){data.len, (uint8_t *)(uintptr_t)data.p};
}

static ProtobufCBinaryData id_bytes(Exchange *x, unsigned segment)
{
        Uuid id = segment_id(x, segment);

        return (ProtobufCBinaryData){sizeof id, arena_memdup(x->rq.arena, &id, sizeof id)};
}

void record_get_one(Exchange *x, const Module *module)
{
        Cauce__GetRequest in = CAUCE__GET_REQUEST__INIT;

        in.has_id = true;
        in.id = id_bytes(x, 1);
        reply_record(x, 200, module,
                req_ask(&x->rq, subject_of(x, module, "get"), req_pack(&x->rq, &in.base), false));
}

void record_create(Exchange *x, const Module *module)
{
        Cauce__CreateRequest in = CAUCE__CREATE_REQUEST__INIT;

        idempotency_key(x);
        const ProtobufCMessage *record = body_message(x, module->message, 0, NULL, NULL);
        in.has_record = true;
        in.record = bytes_of(req_pack(&x->rq, record));
        reply_record(x, 201, module,
                req_ask(&x->rq, subject_of(x, module, "create"), req_pack(&x->rq, &in.base), true));
}

void record_patch(Exchange *x, const Module *module)
{
        Cauce__UpdateRequest in = CAUCE__UPDATE_REQUEST__INIT;
        uint32_t *changed;
        unsigned n;

        in.has_id = in.has_version = in.has_record = true;
        in.id = id_bytes(x, 1);
        in.version = if_match(x);
        const ProtobufCMessage *record = body_message(x, module->message, JSON_PATCH, &changed, &n);
        in.record = bytes_of(req_pack(&x->rq, record));
        in.changed = changed;
        in.n_changed = n;
        reply_record(x, 200, module,
                req_ask(&x->rq, subject_of(x, module, "update"), req_pack(&x->rq, &in.base), true));
}

void record_delete(Exchange *x, const Module *module)
{
        Cauce__DeleteRequest in = CAUCE__DELETE_REQUEST__INIT;

        in.has_id = in.has_version = true;
        in.id = id_bytes(x, 1);
        in.version = if_match(x);
        (void)req_ask(&x->rq, subject_of(x, module, "delete"), req_pack(&x->rq, &in.base), true);
        reply_empty(x, 204);
}

void record_restore(Exchange *x, const Module *module)
{
        Cauce__RestoreRequest in = CAUCE__RESTORE_REQUEST__INIT;

        idempotency_key(x);
        in.has_id = true;
        in.id = id_bytes(x, 1);
        in.has_version = http_header(x->http, "If-Match").len > 0;
        if (in.has_version)
                in.version = if_match(x);
        reply_record(x, 200, module,
                req_ask(&x->rq, subject_of(x, module, "restore"), req_pack(&x->rq, &in.base), true));
}

void record_duplicate(Exchange *x, const Module *module)
{
        Cauce__DuplicateRequest in = CAUCE__DUPLICATE_REQUEST__INIT;

        idempotency_key(x);
        in.has_id = true;
        in.id = id_bytes(x, 1);
        reply_record(x, 201, module,
                req_ask(&x->rq, subject_of(x, module, "duplicate"), req_pack(&x->rq, &in.base), true));
}

/* ---- history ---- */

static void put_event(Exchange *x, StrBuf *out, const Module *module, const Cauce__Event *event)
{
        char at[28];

        instant_format(event->at, at);
        strbuf_printf(out, "{\"seq\":%lld,\"at\":\"%s\",\"type\":\"%s\",\"version\":%lld",
                (long long)event->seq, at, enum_name(&event_type_enum, (int)event->type),
                (long long)event->version);
        event_put_id(out, ",\"actor\"", event->actor);
        strbuf_putc(out, ',');
        event_put_changes(x, out, module, event);
        strbuf_putc(out, '}');
}

void record_history(Exchange *x, const Module *module)
{
        Cauce__HistoryRequest in = CAUCE__HISTORY_REQUEST__INIT;
        StrBuf out = {.arena = x->rq.arena};
        HttpParam *params;
        unsigned n = query_params(x, &params);

        in.has_id = true;
        in.id = id_bytes(x, 1);
        for (unsigned i = 0; i < n; i++) {
                if (!str_is(params[i].name, "before"))
                        parameter_refuse(x, params[i].name);
                in.has_before_seq = true;
                if (parse_i64(params[i].value, &in.before_seq) != 0)
                        req_fail(&x->rq, BAD_REQUEST, "before", "before");
        }
        Str packed = req_ask(&x->rq, subject_of(x, module, "history"), req_pack(&x->rq, &in.base), false);
        const Cauce__HistoryReply *reply = req_unpack(&x->rq, &cauce__history_reply__descriptor, packed);
        strbuf_puts(&out, "{\"items\":[");
        for (size_t i = 0; i < reply->n_events; i++) {
                if (i > 0)
                        strbuf_putc(&out, ',');
                put_event(x, &out, module, reply->events[i]);
        }
        strbuf_puts(&out, "],\"actors\":{");
        for (size_t i = 0; i < reply->n_actors; i++) {
                strbuf_printf(&out, "%s\"%s\":", i ? "," : "", reply->actors[i]->field);
                json_put_string(&out, str_of(reply->actors[i]->text));
        }
        strbuf_puts(&out, "}}");
        reply_json(x, 200, &out);
}
