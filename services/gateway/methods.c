/* Routes of hand-written rpcs: a method whose proto names an address is reachable there, JSON in (but with
 * GET), JSON out. */
#include "entity/record.h"
#include "entity/verbs.h"
#include "gateway.h"

/* Null empties: what was sent is told beside it. */
static ProtobufCMessage *patch_in(Exchange *x, const Method *method)
{
        const Field *field = message_field(method->request, STR("changed"));
        uint32_t *changed;
        unsigned n;
        ProtobufCMessage *in =
                body_message(x, method->request, JSON_REFUSE_READ_ONLY | JSON_PATCH, &changed, &n);

        *(uint32_t **)(void *)((char *)in + field->offset) = changed;
        *(size_t *)(void *)((char *)in + field->quantifier) = n;
        return in;
}

static const ProtobufCMessage *message_in(Exchange *x, const Method *method)
{
        HttpParam *params;

        if (!streq(method->http_method, "GET")) {
                ProtobufCMessage *in =
                        method->patch ? patch_in(x, method)
                                      : body_message(x, method->request, JSON_REFUSE_READ_ONLY, NULL, NULL);
                client_tell(x, method->request, in);
                return in;
        }
        if (query_params(x, &params) > 0)
                parameter_refuse(x, params[0].name);
        return record_new(x->rq.arena, method->request);
}

void method_answer(Exchange *x, const Method *method)
{
        StrBuf out = {.arena = x->rq.arena};

        if (!method->anonymous)
                session_required(x);
        else
                session_same_site(x);
        if (!method->idempotent)
                idempotency_key_refused(x);
        message_to_json(&out, method->reply, req_call(&x->rq, method, message_in(x, method)));
        reply_json(x, 200, &out);
}
