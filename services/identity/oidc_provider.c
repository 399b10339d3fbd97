/* The identity provider: owns table oidc_document, which keeps its configuration and its keys for all
 * replicas; asks it for the token that a code stands for. Fetched over https, in seconds, in so many bytes.
 */
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "http/fetch.h"
#include "jwt.h"
#include "oidc.h"
#include "own.h"
#include "service/service.h"

#define FRESH_US     (INT64_C(3600) * 1000000)
#define STALE_US     (24 * FRESH_US)         /* when the provider cannot be reached */
#define AGAIN_US     (INT64_C(60) * 1000000) /* between tries while there is a document */
#define FIRST_US     (INT64_C(1) * 1000000)  /* while there is none */
#define WAIT_TRIES   30                      /* of a tenth of a second, for another request's first fetch */
#define TIMEOUT_MS   8000
#define DOCUMENT_MAX JWK_SET_MAX
#define REPLY_MAX    65536

/* ---- settings ---- */

static bool is_insecure(const Entity *entity)
{
        return streq(service_config(entity, "CAUCE_OIDC_INSECURE"), "1");
}

/* https, or where tests want it, http to this machine. */
static bool address_good(const Entity *entity, const char *url)
{
        static const char *const here[] = {"http://127.0.0.1:", "http://localhost:"};

        if (strncmp(url, "https://", 8) == 0 && url[8])
                return true;
        for (unsigned i = 0; i < 2; i++)
                if (is_insecure(entity) && strncmp(url, here[i], strlen(here[i])) == 0)
                        return true;
        return false;
}

bool oidc_on(const Entity *entity)
{
        return service_config(entity, "CAUCE_OIDC_ISSUER")[0] != '\0';
}

bool oidc_check(Entity *entity)
{
        const char *wrong = NULL;

        if (!oidc_on(entity))
                return true;
        if (!address_good(entity, service_config(entity, "CAUCE_OIDC_ISSUER")))
                wrong = "CAUCE_OIDC_ISSUER is not https://…";
        else if (!service_config(entity, "CAUCE_OIDC_CLIENT_ID")[0])
                wrong = "CAUCE_OIDC_CLIENT_ID is empty";
        else if (!service_config(entity, "CAUCE_PUBLIC_URL")[0])
                wrong = "CAUCE_PUBLIC_URL is empty";
        if (wrong)
                log_error(NULL, "the identity provider cannot be used", KV("reason", wrong));
        return !wrong;
}

char *oidc_redirect_uri(Req *rq)
{
        return req_printf(rq, "%s/api/v1/oidc/callback", service_config(rq->entity, "CAUCE_PUBLIC_URL"));
}

/* ---- documents ---- */

typedef struct Document {
        Str body; /* p = NULL: none yet */
        int64_t fetched_at;
} Document;

static Document document_read(Req *rq, const char *url)
{
        static const char sql[] =
                "SELECT body, fetched_at FROM oidc_document WHERE url = $1 AND body IS NOT NULL";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_text(args, str_of(url));
        const PgRows *rows = own_read(rq, sql, args);
        if (pg_rows(rows) == 0)
                return (Document){};
        return (Document){.body = pg_text(rows, 0, 0), .fetched_at = pg_timestamptz(rows, 0, 1)};
}

/* True: it is this request that fetches; others leave it alone for as long as `pause_us`. */
static bool document_claim(Req *rq, const char *url, int64_t pause_us)
{
        static const char sql[] =
                "INSERT INTO oidc_document (url, tried_at) VALUES ($1, $2) ON CONFLICT (url) DO UPDATE "
                "SET tried_at = excluded.tried_at WHERE oidc_document.tried_at < $3 RETURNING url";
        PgArgs *args = pg_args(rq->arena);
        int64_t now = clock_realtime();
        Uuid any = {};

        (void)pg_arg_text(args, str_of(url));
        (void)pg_arg_timestamptz(args, now);
        (void)pg_arg_timestamptz(args, now - pause_us);
        return pg_rows(own_write(rq, sql, args, "oidc_document", &any)) > 0;
}

static void document_store(Req *rq, const char *url, Str body)
{
        static const char sql[] = "UPDATE oidc_document SET body = $2, fetched_at = $3 WHERE url = $1";
        PgArgs *args = pg_args(rq->arena);
        Uuid any = {};

        (void)pg_arg_text(args, str_of(url));
        (void)pg_arg_text(args, body);
        (void)pg_arg_timestamptz(args, clock_realtime());
        (void)own_write(rq, sql, args, "oidc_document", &any);
}

static bool is_object(Arena *arena, Str json)
{
        JsonReader reader;

        json_init(&reader, arena, json);
        JsonToken token = json_next(&reader);
        return token == JSON_OBJECT_BEGIN && json_skip(&reader, token) && json_next(&reader) == JSON_END;
}

static bool document_fetch(Req *rq, const char *url, Str *ret)
{
        const HttpFetch fetch = {
                .url = url, .plain = is_insecure(rq->entity), .max = DOCUMENT_MAX, .timeout_ms = TIMEOUT_MS};
        HttpFetched got;

        int r = http_fetch(rq->entity->loop, rq->arena, &fetch, &got);
        if (r != 0 || got.status != 200 || !is_object(rq->arena, got.body)) {
                log_warn(rq->context.trace, "the identity provider does not answer", KV("url", url),
                        KV("status", (int64_t)got.status),
                        KV("error", r == 0 ? "not the document" : got.error));
                return false;
        }
        document_store(rq, url, got.body);
        *ret = got.body;
        return true;
}

/* The document, fresh or as fresh as it can be had; `anew`: not the one in the table, if it may be fetched
 * again. Ends the request with UNAVAILABLE when there is none. */
static Str document(Req *rq, const char *url, bool anew)
{
        for (int tries = 0; tries < WAIT_TRIES; tries++) {
                Document kept = document_read(rq, url);
                int64_t age = clock_realtime() - kept.fetched_at;
                Str body;

                if (kept.body.p && age < FRESH_US && !anew)
                        return kept.body;
                bool claimed = document_claim(rq, url, kept.body.p ? AGAIN_US : FIRST_US);
                if (claimed && document_fetch(rq, url, &body))
                        return body;
                if (kept.body.p && age < STALE_US)
                        return kept.body;
                if (claimed)
                        break;
                task_sleep(100000);
        }
        req_fail(rq, UNAVAILABLE, NULL, NULL);
}

/* True when the array of that name holds the text. */
static bool array_has(Arena *arena, Str json, const char *name, const char *text, bool *ret_exists)
{
        JsonReader reader;
        bool has = false;

        *ret_exists = false;
        json_init(&reader, arena, json);
        (void)json_next(&reader);
        while (json_next(&reader) == JSON_KEY) {
                bool is = str_is(reader.text, name);
                JsonToken token = json_next(&reader);
                if (!is || token != JSON_ARRAY_BEGIN) {
                        (void)json_skip(&reader, token);
                        continue;
                }
                *ret_exists = true;
                while (json_next(&reader) == JSON_STRING)
                        has = has || str_is(reader.text, text);
        }
        return has;
}

static const char *address_member(Req *rq, Str json, const char *name)
{
        Str text = json_member(rq->arena, json, name);
        const char *url = arena_strndup(rq->arena, text.p ? text.p : "", text.len);

        if (!address_good(rq->entity, url)) {
                log_error(rq->context.trace, "the identity provider's configuration is of no use",
                        KV("member", name), KV("value", url));
                req_fail(rq, UNAVAILABLE, NULL, NULL);
        }
        return url;
}

OidcProvider oidc_provider(Req *rq)
{
        const char *issuer = service_config(rq->entity, "CAUCE_OIDC_ISSUER"),
                   *methods = "token_endpoint_auth_methods_supported";
        size_t len = strlen(issuer);
        bool told;

        while (len > 0 && issuer[len - 1] == '/')
                len--;
        Str json = document(
                rq, req_printf(rq, "%.*s/.well-known/openid-configuration", (int)len, issuer), false);
        if (!str_is(json_member(rq->arena, json, "issuer"), issuer)) {
                log_error(
                        rq->context.trace, "the identity provider says it is another", KV("issuer", issuer));
                req_fail(rq, UNAVAILABLE, NULL, NULL);
        }
        bool basic = array_has(rq->arena, json, methods, "client_secret_basic", &told);
        return (OidcProvider){.issuer = issuer,
                .client_id = service_config(rq->entity, "CAUCE_OIDC_CLIENT_ID"),
                .client_secret = service_config(rq->entity, "CAUCE_OIDC_CLIENT_SECRET"),
                .authorization = address_member(rq, json, "authorization_endpoint"),
                .token = address_member(rq, json, "token_endpoint"),
                .keys = address_member(rq, json, "jwks_uri"),
                .secret_in_form = told && !basic};
}

Str oidc_keys(Req *rq, const OidcProvider *provider, bool anew)
{
        return document(rq, provider->keys, anew);
}

/* ---- the token ---- */

static const char *encoded(Req *rq, const char *text)
{
        StrBuf out = {.arena = rq->arena};

        strbuf_puts(&out, "");
        percent_put(&out, text);
        return out.p;
}

Str oidc_id_token(Req *rq, const OidcProvider *provider, const char *code, const char *verifier)
{
        bool basic = provider->client_secret[0] && !provider->secret_in_form;
        StrBuf form = {.arena = rq->arena};
        HttpFetched got;

        form_put(&form, "grant_type", "authorization_code");
        form_put(&form, "code", code);
        form_put(&form, "redirect_uri", oidc_redirect_uri(rq));
        form_put(&form, "code_verifier", verifier);
        if (!basic)
                form_put(&form, "client_id", provider->client_id);
        if (!basic && provider->client_secret[0])
                form_put(&form, "client_secret", provider->client_secret);
        const HttpFetch fetch = {.url = provider->token,
                .plain = is_insecure(rq->entity),
                .user = basic ? encoded(rq, provider->client_id) : NULL,
                .password = basic ? encoded(rq, provider->client_secret) : NULL,
                .form = form.p,
                .max = REPLY_MAX,
                .timeout_ms = TIMEOUT_MS};
        int r = http_fetch(rq->entity->loop, rq->arena, &fetch, &got);
        Str token = r == 0 && got.status == 200 ? json_member(rq->arena, got.body, "id_token") : (Str){};
        if (token.p)
                return token;
        Str error = r == 0 ? json_member(rq->arena, got.body, "error") : str_of(got.error);
        log_warn(rq->context.trace, "the identity provider gave no token", KV("status", (int64_t)got.status),
                KV("error", (const char *)utf8_cut(rq->arena, error, 200)));
        if (r != 0 || got.status >= 500)
                req_fail(rq, UNAVAILABLE, NULL, NULL);
        req_fail(rq, OIDC_REFUSED, NULL, NULL);
}
