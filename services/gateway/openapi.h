#pragma once

#include "json_out.h"
#include "routes.h"

/* The documents of the API, written from the tables that run it. */

/* A module with the custom fields that the reader may know of. */
typedef struct ApiModule {
        const Module *module;
        unsigned n_custom;
        const Field *custom;
} ApiModule;

typedef struct Api {
        Arena *arena;
        Lang lang;
        unsigned n;
        const ApiModule *modules;
} Api;

/* What a schema is of. */
typedef enum SchemaUse {
        SCHEMA_ANSWER, /* what the API says: secret fields never */
        SCHEMA_CREATE, /* what a new record may be given; requests of other kinds too */
        SCHEMA_PATCH,  /* a merge patch: null empties */
        SCHEMA_EVENT   /* an image of a record in an event: what changed alone */
} SchemaUse;

static inline const char *in_lang(const Api *api, const char *es, const char *en)
{
        return api->lang == LANG_EN ? en : es;
}

/* No custom fields: what every installation has. */
void api_built_in(Arena *arena, Lang lang, Api *ret);

/* ---- openapi.c ---- */
void openapi_write(const Api *api, StrBuf *out);
/* An rpc with an address, as the route that it is; without a handler. */
void method_route(const Method *method, Route *ret);
/* Of a route, in a module or (NULL) on its own: "lead_history", "/leads/{id}/history". */
const char *operation_id(Arena *arena, const Route *route, const Module *module);
const char *operation_path(Arena *arena, const Route *route, const Module *module);
/* ---- asyncapi.c ---- */
void asyncapi_write(const Api *api, StrBuf *out);
/* ---- api_page.c ---- */
/* HTML of its own, and what its Content-Security-Policy says. `installation`: custom fields are in. */
void api_page_write(const Api *api, bool installation, StrBuf *out, const char **ret_policy);

/* ---- openapi_schema.c ---- */
/* "cauce.leads.Lead" → "Lead" */
const char *schema_name(const MessageMeta *meta);
/* The module's name put for "{}" in "{}Page". */
const char *schema_of_module(Arena *arena, const char *pattern, const Module *module);
/* One field as a property. */
void schema_field(const Api *api, JsonOut *out, const Field *field, SchemaUse use);
/* A message as `name`: an object. */
void schema_message(const Api *api, JsonOut *out, const char *name, const MessageMeta *meta, SchemaUse use);
/* A module's record in that use. */
void schema_record(const Api *api, JsonOut *out, const ApiModule *module, SchemaUse use);
/* A module's record, what creates and changes one, a page. */
void schema_module(const Api *api, JsonOut *out, const ApiModule *module);
bool field_in_use(const Field *field, SchemaUse use);
/* The JSON type and form of a kind, as people read it: "date-time". */
const char *schema_form_name(const Field *field);

/* ---- openapi_bulk.c ---- */
void schema_bulk(const Api *api, JsonOut *out, const Module *module);

/* ---- openapi_shapes.c ---- */
/* What no message says: problems, sessions, metadata, history. */
void schema_shapes(const Api *api, JsonOut *out);

/* ---- openapi_parameters.c ---- */
void parameter_components(const Api *api, JsonOut *out);
/* The schemas of conditions by kind. */
void condition_schemas(const Api *api, JsonOut *out);
/* A route's list of parameters. */
void parameter_list(const Api *api, JsonOut *out, const Route *route, const ApiModule *module);
bool field_filters(const Field *field);
/* The operators of a field's kind: "eq ne lt …". */
const char *filter_operators(const Field *field);

/* ---- openapi_answers.c ---- */
void answer_components(const Api *api, JsonOut *out);
/* A route's answers: its own, and the problems that it can end with. */
void answer_list(const Api *api, JsonOut *out, const Route *route, const Module *module);
/* "content" of a request or an answer. */
void body_content(const Api *api, JsonOut *out, const Body *body, const Module *module);
/* The statuses of problems, ascending; their number. */
unsigned route_problems(const Route *route, int ret[static 24]);

/* ---- documents.c ---- */
/* To standard output: "openapi" or "asyncapi" as every installation has it. What main returns. */
int documents_print(const char *which);
