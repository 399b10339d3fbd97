/* Routes of hand-written rpcs: a method whose proto names an address is reachable there, JSON in, JSON out.
 */
#include "entity/verbs.h"
#include "gateway.h"

#define PREFIX "/api/v1"

bool method_handle(Exchange *x)
{
        for (unsigned i = 0; cauce_methods[i]; i++) {
                const Method *method = cauce_methods[i];
                if (!method->http_path || !str_is(x->http->path, method->http_path) ||
                        !str_is(x->http->method, method->http_method))
                        continue;
                x->route = req_printf(
                        &x->rq, "%s %s", method->http_method, method->http_path + sizeof PREFIX - 1);
                if (!method->anonymous)
                        session_required(x);
                else
                        session_same_site(x);
                const ProtobufCMessage *in =
                        body_message(x, method->request, JSON_REFUSE_READ_ONLY, NULL, NULL);
                StrBuf out = {.arena = x->rq.arena};
                message_to_json(&out, method->reply, req_call(&x->rq, method, in));
                reply_json(x, 200, &out);
                return true;
        }
        return false;
}
