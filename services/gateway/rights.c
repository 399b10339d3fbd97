/* What the principal may do, as identity says, kept for the life of an epoch of authorisation. */
#include <sodium.h>
#include <string.h>

#include "entity/verbs.h"
#include "gateway.h"

#define KEEP_S 3600 /* in Redis; the key names the epoch, so that a former answer is never taken */

static void cache_key(const Exchange *x, uint8_t ret[static CACHE_KEY])
{
        const CallContext *context = &x->rq.context;
        static const Uuid none;
        crypto_generichash_state state;

        (void)crypto_generichash_init(&state, NULL, 0, CACHE_KEY);
        (void)crypto_generichash_update(&state, context->user.b, sizeof context->user.b);
        (void)crypto_generichash_update(&state, (context->key ? &context->session : &none)->b, sizeof none.b);
        (void)crypto_generichash_update(&state, (const uint8_t *)&context->epoch, sizeof context->epoch);
        (void)crypto_generichash_final(&state, ret, CACHE_KEY);
}

const RightsReply *rights_of(Exchange *x)
{
        const RightsRequest in = RIGHTS_REQUEST_INIT;
        uint8_t key[CACHE_KEY];

        cache_key(x, key);
        Str packed = cache_get(x->gateway->rights, x->rq.arena, key);
        if (packed.p)
                return req_unpack(&x->rq, rights_reply_meta.descriptor, packed);
        const RightsReply *reply = identity_rights_call(&x->rq, &in);
        cache_put(x->gateway->rights, key, req_pack(&x->rq, &reply->base), KEEP_S);
        return reply;
}

const ModuleRights *rights_module(const RightsReply *rights, const Module *module)
{
        for (size_t i = 0; i < rights->n_modules; i++)
                if (streq(rights->modules[i]->module, module->key))
                        return rights->modules[i];
        return NULL;
}

bool rights_have(const ModuleRights *rights, const char *right)
{
        for (size_t i = 0; i < rights->n_rights; i++)
                if (streq(rights->rights[i], right))
                        return true;
        return false;
}

bool name_in(char *const *names, size_t n, const char *name)
{
        for (size_t i = 0; i < n; i++)
                if (streq(names[i], name))
                        return true;
        return false;
}
