/* Routes of hand-written rpcs: a method whose proto names an address is reachable there, JSON in (but with
 * GET), JSON out. */
#include "entity/record.h"
#include "entity/verbs.h"
#include "gateway.h"

#define PREFIX "/api/v1"

static const ProtobufCMessage *message_in(Exchange *x, const Method *method)
{
        HttpParam *params;

        if (!streq(method->http_method, "GET")) {
                ProtobufCMessage *in = body_message(x, method->request, JSON_REFUSE_READ_ONLY, NULL, NULL);
                client_tell(x, method->request, in);
                return in;
        }
        if (query_params(x, &params) > 0)
                parameter_refuse(x, params[0].name);
        return record_new(x->rq.arena, method->request);
}

static void method_answer(Exchange *x, const Method *method)
{
        StrBuf out = {.arena = x->rq.arena};

        x->route = req_printf(&x->rq, "%s %s", method->http_method, method->http_path + sizeof PREFIX - 1);
        if (!method->anonymous)
                session_required(x);
        else
                session_same_site(x);
        message_to_json(&out, method->reply, req_call(&x->rq, method, message_in(x, method)));
        reply_json(x, 200, &out);
}

bool method_handle(Exchange *x)
{
        Str verb = x->http->head ? STR("GET") : x->http->method;
        StrBuf allow = {.arena = x->rq.arena};

        for (unsigned i = 0; cauce_methods[i]; i++) {
                const Method *method = cauce_methods[i];
                if (!method->http_path || !str_is(x->http->path, method->http_path))
                        continue;
                if (str_is(verb, method->http_method)) {
                        method_answer(x, method);
                        return true;
                }
                strbuf_printf(&allow, "%s%s", allow.len ? ", " : "", method->http_method);
        }
        if (allow.len > 0)
                method_refuse(x, allow.p);
        return false;
}
