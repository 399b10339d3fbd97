#pragma once

#include "base/meta.h"
#include "entity/call.h"
#include "entity/req.h"
#include "http/http.h"
#include "http/json_message.h"
#include "identity.cauce.h"
#include "limits.h"
#include "proxies.h"
#include "service/cache.h"
#include "service/metrics.h"
#include "service/static_files.h"

/* REST in front of the services. One request = one Exchange; handlers are straight-line and end early by
 * req_fail. */

typedef struct Gateway {
        Entity entity; /* loop and bus; no schema */
        Http *http;
        Cache *sessions;    /* by the token's hash */
        Cache *rights;      /* by person, key and epoch */
        StaticFiles *files; /* the web client */
        Timings timings;    /* by route */
        /* Of authorisation, the newest that was told (epoch.c): of sessions and of rights. */
        uint64_t epoch, rights_epoch;
        bool epoch_known;
        const char *zone, *currency, *company;
        Blobs blobs;
        size_t upload_max;       /* bytes of a file */
        const char *certificate; /* NULL = plain HTTP */
        const char *origins;     /* that may read across origins, a blank between; "" = none */
        Proxies proxies;
        Limits limits;
        struct Live *live;
        unsigned bulks;         /* whose bodies are held: bulk.c */
        struct Waiter *waiters; /* for events: heard.h */
        uint64_t heard;         /* events, so far */
} Gateway;

typedef struct Exchange {
        Gateway *gateway;
        HttpRequest *http;
        Req rq;
        const char *route;    /* for the metrics: "GET /leads/{id}" */
        const Module *module; /* that the address names; NULL = none */
        bool by_cookie;
        const char *token;      /* NULL = none was sent */
        const Session *session; /* NULL = nobody is signed in */
        unsigned n_segments;    /* of the path after /api/v1/ */
        Str segments[6];
        int status;   /* as answered */
        bool limited; /* `limit` is set: the one that counts for who asks */
        LimitState limit;
} Exchange;

/* ---- exchange.c: the handlers of libs/http ---- */
void exchange_request(Http *http, HttpRequest *request);
bool exchange_streams(const HttpRequest *request, size_t *ret_max, void *arg);
void exchange_problem(
        HttpRequest *request, MsgCode code, StrBuf *ret_body, const char **ret_content_type, void *arg);

/* ---- request.c: what handlers read ---- */
/* The whole body as a message; problems end the request. `changed` as in json_to_message (JSON_PATCH). */
ProtobufCMessage *body_message(Exchange *x, const MessageMeta *meta, unsigned flags, uint32_t **ret_changed,
        unsigned *ret_n_changed);
/* Content-Type must be JSON (merge patch too). */
void body_json_required(Exchange *x);
/* The version of If-Match: 428 when absent, 400 when malformed. */
int64_t if_match(Exchange *x);
bool if_none_match(Exchange *x, const char *etag);
/* Takes the Idempotency-Key, if any, into the context: at most 200 printable characters. */
void idempotency_key(Exchange *x);
/* The same; KEY_REQUIRED without one. */
void idempotency_key_required(Exchange *x);
/* KEY_REFUSED with one: whoever sends it counts on more than this address does. */
void idempotency_key_refused(Exchange *x);
/* Path segment i as a record id; NOT_FOUND otherwise. */
Uuid segment_id(Exchange *x, unsigned i);
/* 405 with the methods that the address takes: "GET, POST". */
_Noreturn void method_refuse(Exchange *x, const char *allow);
/* Query parameters; BAD_REQUEST when malformed. */
unsigned query_params(Exchange *x, HttpParam **ret);
/* UNKNOWN_PARAMETER, at its name. */
_Noreturn void parameter_refuse(Exchange *x, Str name);

/* ---- routes.c ---- */
/* Is there a service of that name, with modules? */
bool service_known(Str name);

/* ---- reply.c: what handlers answer ---- */
void reply_json(Exchange *x, int status, const StrBuf *body);
void reply_empty(Exchange *x, int status);
/* The record of a RecordReply, with its ETag. */
void reply_record(Exchange *x, int status, const Module *module, Str packed);
/* The job of a packed answer; 202 says where it is. */
void reply_job(Exchange *x, int status, const Module *module, Str packed);
/* The problems of a request as the object of application/problem+json; trace NULL = without. */
void problem_put(StrBuf *out, Req *rq, const Module *module, const char *trace);
/* The problems of x->rq as application/problem+json. */
void reply_problem(Exchange *x);
/* A problem found below the handlers; `reason` fills the text's {0}, NULL = none. */
void problem_body(Arena *arena, Lang lang, MsgCode code, const char *reason, StrBuf *ret);

/* "200 MB" */
const char *size_text(Arena *arena, size_t bytes);
/* What the answer is kept as, never shown in place: a file of that name, of who knows whom. */
void reply_attachment(Exchange *x, const char *name);

/* ---- rights.c ---- */
/* What identity says of the principal, as of the context's epoch. */
const RightsReply *rights_of(Exchange *x);
/* NULL = none at all. */
const ModuleRights *rights_module(const RightsReply *rights, const Module *module);
bool rights_have(const ModuleRights *rights, const char *right);
bool name_in(char *const *names, size_t n, const char *name);

/* ---- lists.c: what list and export read alike ---- */
struct Cauce__ListRequest;
/* Takes one query parameter into the request; false = there is no such parameter. */
bool list_param(Exchange *x, const Module *module, const HttpParam *param, struct Cauce__ListRequest *in);

/* ---- metadata.c ---- */
struct Cauce__MetaReply;
/* The custom fields of the service's modules; NULL when it is away. */
const struct Cauce__MetaReply *meta_of(Exchange *x, const char *service);
/* Those of one module, as fields that live in the arena. */
unsigned meta_fields(
        Exchange *x, const struct Cauce__MetaReply *meta, const Module *module, const Field **ret);

/* ---- the handlers, by file; routes.h says at which address: `module` is NULL where it names none ---- */
void record_get_one(Exchange *x, const Module *module); /* records.c */
void record_create(Exchange *x, const Module *module);
void record_patch(Exchange *x, const Module *module);
void record_delete(Exchange *x, const Module *module);
void record_restore(Exchange *x, const Module *module);
void record_duplicate(Exchange *x, const Module *module);
void record_history(Exchange *x, const Module *module);
void list_get(Exchange *x, const Module *module); /* lists.c */
void list_search(Exchange *x, const Module *module);
void list_count(Exchange *x, const Module *module);
void export_get(Exchange *x, const Module *module);  /* export.c */
void explain_get(Exchange *x, const Module *module); /* explain.c */
void visible_post(Exchange *x, const Module *module);
void metadata_get(Exchange *x, const Module *module);     /* metadata.c */
void cities_get(Exchange *x, const Module *module);       /* cities.c */
void bulk_post(Exchange *x, const Module *module);        /* bulk.c */
void events_get(Exchange *x, const Module *module);       /* events.c */
void dead_letters_get(Exchange *x, const Module *module); /* dead_letters.c */
void dead_letter_retry_post(Exchange *x, const Module *module);
void dead_letter_drop_post(Exchange *x, const Module *module);
void import_post(Exchange *x, const Module *module); /* import.c */
void jobs_get(Exchange *x, const Module *module);    /* jobs.c */
void job_get(Exchange *x, const Module *module);
void job_cancel_post(Exchange *x, const Module *module);
void exports_post(Exchange *x, const Module *module);
void job_file_get(Exchange *x, const Module *module);    /* files.c */
void job_rejects_get(Exchange *x, const Module *module); /* rejects.c */
void field_post(Exchange *x, const Module *module);
void session_get(Exchange *x, const Module *module); /* session.c */
void session_post(Exchange *x, const Module *module);
void session_delete(Exchange *x, const Module *module);
void oidc_start(Exchange *x, const Module *module); /* oidc.c */
void oidc_finish(Exchange *x, const Module *module);
void live_get(Exchange *x, const Module *module);    /* live.c */
void openapi_get(Exchange *x, const Module *module); /* documents.c */
void asyncapi_get(Exchange *x, const Module *module);
void docs_get(Exchange *x, const Module *module);
void method_answer(Exchange *x, const Method *method); /* methods.c */

/* ---- live.c ---- */
struct Live *live_new(Gateway *gateway);
/* Ends all streams: their clients turn to another gateway. */
void live_stop(struct Live *live);
void live_metrics(const struct Live *live, StrBuf *out);
/* A message of ev.>. */
void live_heard(struct Live *live, const char *subject, const void *data, size_t len);

/* ---- headers.c ---- */
/* The security headers; again for an answer that replaces another. */
void headers_set(const Gateway *gateway, HttpRequest *request);

/* ---- cors.c ---- */
/* Sets what lets the request's origin read the answer; true when it may. */
bool cors_allowed(const Gateway *gateway, HttpRequest *request);
void cors_options(const Gateway *gateway, HttpRequest *request);

/* ---- epoch.c ---- */
bool epoch_start(Gateway *gateway);
void epoch_heard(Gateway *gateway, uint64_t epoch, uint64_t rights);
/* It was read late enough to be believed. */
bool epoch_is_current(const Gateway *gateway, const Session *session);

/* ---- session.c ---- */
/* Who sends the request: fills token, by_cookie, session and the context's user. */
void session_find(Exchange *x);
/* The session or API key behind a token, as of the newest epoch; it may have expired. NULL = there is none.
 */
const Session *session_by_hash(Exchange *x, const uint8_t hash[static CACHE_KEY]);
/* Ends with SIGN_IN without a session, with CROSS_SITE for a forged write. */
void session_required(Exchange *x);
void session_same_site(Exchange *x);
/* The value of a cookie of the request, in the arena; NULL = it has none of that name. */
const char *cookie_find(Exchange *x, const char *name);
/* The cookie of a fresh session; "" takes it away. */
void session_cookie(Exchange *x, const char *token);
/* Where the client is and what it says it is, into the read-only fields `address` and `device` of a request
 * that has them. */
void client_tell(Exchange *x, const MessageMeta *meta, ProtobufCMessage *in);
