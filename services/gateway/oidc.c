/* The browser's way to the identity provider and back: GET /oidc/start, GET /oidc/callback. Whatever goes
 * wrong ends on the client's first page with a code in `error`, never with what happened inside. */
#include "base/log.h"
#include "gateway.h"

#define STATE_COOKIE "__Host-cauce-oidc"
#define STATE_S      600

static void redirect(Exchange *x, const char *to)
{
        x->status = 302;
        http_set(x->http, "Cache-Control", "no-store");
        http_set(x->http, "Location", to);
        http_reply(x->http, 302, NULL, "", 0);
}

static void state_cookie(Exchange *x, const char *state)
{
        http_set(x->http, "Set-Cookie",
                req_printf(&x->rq, STATE_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d",
                        state, state[0] ? STATE_S : 0));
}

static char *param(Exchange *x, const HttpParam *params, unsigned n, const char *name)
{
        for (unsigned i = 0; i < n; i++)
                if (str_is(params[i].name, name))
                        return arena_strndup(x->rq.arena, params[i].value.p, params[i].value.len);
        return NULL;
}

/* A call to identity whose refusal is a redirect. */
typedef struct Step {
        const void *in, *reply;
} Step;

static void start_call(Req *rq, void *arg)
{
        Step *step = arg;

        step->reply = identity_oidc_start_call(rq, step->in);
}

static void finish_call(Req *rq, void *arg)
{
        Step *step = arg;

        step->reply = identity_oidc_finish_call(rq, step->in);
}

/* NULL: it was refused, and the browser has been sent off. */
static const void *step_run(Exchange *x, void (*call)(Req *rq, void *arg), const void *in)
{
        Step step = {.in = in};
        Req inner;

        if (req_run(&inner, x->rq.arena, x->rq.entity, &x->rq.context, call, &step))
                return step.reply;
        MsgCode code = inner.n_problems ? inner.problems[0].code : MSG_INTERNAL;
        if (msg_status(code) >= 500)
                log_warn(x->rq.context.trace, "sign-in at the provider failed", KV("code", msg_key(code)));
        redirect(x, req_printf(&x->rq, "/?error=%s", msg_key(code)));
        return NULL;
}

void oidc_start(Exchange *x, const Module *module)
{
        OidcStartRequest in = OIDC_START_REQUEST_INIT;
        HttpParam *params;
        unsigned n = query_params(x, &params);

        (void)module;
        in.return_to = param(x, params, n, "return_to");
        const OidcStartReply *reply = step_run(x, start_call, &in);
        if (!reply)
                return;
        if (!reply->location || !reply->state)
                req_fault(&x->rq, -1, "no address in the reply");
        state_cookie(x, reply->state);
        redirect(x, reply->location);
}

void oidc_finish(Exchange *x, const Module *module)
{
        OidcFinishRequest in = OIDC_FINISH_REQUEST_INIT;
        HttpParam *params;
        unsigned n = query_params(x, &params);

        (void)module;
        in.code = param(x, params, n, "code"); /* absent where the provider says `error` */
        in.state = param(x, params, n, "state");
        in.cookie_state = (char *)cookie_find(x, STATE_COOKIE);
        client_tell(x, &oidc_finish_request_meta, &in.base);
        state_cookie(x, "");
        const OidcFinishReply *reply = step_run(x, finish_call, &in);
        if (!reply)
                return;
        if (!reply->token || !reply->return_to)
                req_fault(&x->rq, -1, "no session in the reply");
        session_cookie(x, reply->token);
        redirect(x, reply->return_to);
}
