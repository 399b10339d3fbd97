/* GET /{path}/{id}/explain: why a person may or may not; POST /{path}/visible: which of many. */
#include "entity.cauce.h"
#include "entity/verbs.h"
#include "gateway.h"

static ProtobufCBinaryData uuid_bytes(Exchange *x, Uuid id)
{
        return (ProtobufCBinaryData){sizeof id, arena_memdup(x->rq.arena, &id, sizeof id)};
}

static void explain_params(Exchange *x, Cauce__ExplainRequest *in)
{
        HttpParam *params;
        unsigned n = query_params(x, &params);
        Uuid user;

        for (unsigned i = 0; i < n; i++) {
                if (!str_is(params[i].name, "user"))
                        parameter_refuse(x, params[i].name);
                if (uuid_parse(params[i].value, &user) != 0)
                        req_fail(&x->rq, BAD_REQUEST, "user", "user");
                in->has_user = true;
                in->user = uuid_bytes(x, user);
        }
}

static void put_reason(Exchange *x, StrBuf *out, const Cauce__Reason *reason)
{
        Arena *arena = x->rq.arena;
        MsgCode code = msg_code(reason->code ? reason->code : "");
        const char *const *args = (const char *const *)reason->args;

        strbuf_puts(out, "{\"code\":");
        json_put_string(out, str_of(reason->code));
        strbuf_printf(out, ",\"allows\":%s,\"text\":", reason->allows ? "true" : "false");
        json_put_string(out, str_of(code < MSG_MAX ? msg_text(arena, x->rq.context.lang, code, args,
                                                             (unsigned)reason->n_args)
                                                   : reason->code));
        if (reason->module) {
                strbuf_puts(out, ",\"module\":");
                json_put_string(out, str_of(reason->module));
        }
        if (reason->has_record && reason->record.len == sizeof(Uuid)) {
                char id[UUID_TEXT + 1];
                uuid_format((const Uuid *)(const void *)reason->record.data, id);
                strbuf_printf(out, ",\"record\":\"%s\"", id);
        }
        strbuf_putc(out, '}');
}

void explain_get(Exchange *x, const Module *module)
{
        Cauce__ExplainRequest in = CAUCE__EXPLAIN_REQUEST__INIT;
        StrBuf out = {.arena = x->rq.arena};

        in.has_id = true;
        in.id = uuid_bytes(x, segment_id(x, 1));
        explain_params(x, &in);
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.explain", module->service, module->name);
        Str packed = req_ask(&x->rq, subject, req_pack(&x->rq, &in.base), false);
        const Cauce__ExplainReply *reply = req_unpack(&x->rq, &cauce__explain_reply__descriptor, packed);
        strbuf_printf(&out, "{\"see\":%s,\"change\":%s,\"delete\":%s,\"reasons\":[",
                reply->see ? "true" : "false", reply->change ? "true" : "false",
                reply->delete_ ? "true" : "false");
        for (size_t i = 0; i < reply->n_reasons; i++) {
                if (i > 0)
                        strbuf_putc(&out, ',');
                put_reason(x, &out, reply->reasons[i]);
        }
        strbuf_puts(&out, "]}");
        http_set(x->http, "Content-Language", lang_tag(x->rq.context.lang));
        reply_json(x, 200, &out);
}

void visible_post(Exchange *x, const Module *module)
{
        StrBuf out = {.arena = x->rq.arena};
        const ProtobufCMessage *in = body_message(x, &visible_request_meta, 0, NULL, NULL);
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.visible", module->service, module->name);
        Str packed = req_ask(&x->rq, subject, req_pack(&x->rq, in), false);
        const Cauce__VisibleReply *reply = req_unpack(&x->rq, &cauce__visible_reply__descriptor, packed);

        strbuf_puts(&out, "{\"ids\":[");
        for (size_t i = 0; i < reply->n_ids; i++) {
                char id[UUID_TEXT + 1];
                uuid_format((const Uuid *)(const void *)reply->ids[i].data, id);
                strbuf_printf(&out, "%s\"%s\"", i ? "," : "", id);
        }
        strbuf_puts(&out, "]}");
        reply_json(x, 200, &out);
}
