#pragma once

#include "gateway.h"

/* Every address under /api/v1, once: what runs there and what the documents say of it. Hand-written rpcs are
 * the other half: their addresses stand in proto/ (cauce_methods). */

/* A query parameter. */
typedef struct Param {
        const char *name;
        const char *schema; /* JSON Schema */
        Label2 label;
        bool required;
} Param;

/* What a request or an answer carries: a message of proto/, or a schema by its name, in which "{}" stands for
 * the module's: "{}Page". All zero = nothing. */
typedef struct Body {
        const MessageMeta *message;
        const char *schema;
        const char *media; /* NULL = JSON */
} Body;

typedef enum RouteFlag {
        ROUTE_OPEN = 1 << 0,       /* nobody needs to be signed in */
        ROUTE_FILTERS = 1 << 1,    /* takes a condition for each field: city[eq]=05001 */
        ROUTE_IF_MATCH = 1 << 2,   /* changes a version that the client names */
        ROUTE_IDEMPOTENT = 1 << 3, /* takes an Idempotency-Key */
        ROUTE_ETAG = 1 << 4,       /* its answer has an ETag; a GET answers 304 to whoever has it */
        ROUTE_NO_HEAD = 1 << 5,    /* GET only: asking is doing */
        ROUTE_LOCATION = 1 << 6,   /* answers where the new thing is */
        ROUTE_COOKIE = 1 << 7,     /* its answer sets the session's cookie */
        ROUTE_NEEDS_KEY = 1 << 8,  /* does nothing without an Idempotency-Key */
        ROUTE_MAY_TAKE = 1 << 9,   /* does without what it takes */
} RouteFlag;

typedef struct Route {
        const char *method; /* "GET" is HEAD too */
        const char *path;   /* "/{module}/{id}/history": a module's path, a record's id */
        const char
                *name; /* "history": the documents' operation is lead_history, or history without a module */
        Label2 summary;
        uint32_t flags;      /* RouteFlag */
        const char *right;   /* of the module, that it takes; NULL = none */
        const Param *params; /* ends with a name that is NULL; NULL = none */
        Body takes, gives;
        const char *errors; /* codes that this address gives beside those of its kind: "bad_link locked" */
        int status;         /* when all goes well */
        void (*handle)(Exchange *x, const Module *module);
        Body later; /* of a 202 in its place; all zero = there is none */
} Route;

/* route_table.c: ends with a method that is NULL. */
extern const Route routes[];

#define PATH_SEGMENTS 6
/* The parts of "leads/count"; what follows the sixth is left out. */
unsigned path_split(Str path, Str ret[static PATH_SEGMENTS]);
/* Finds who answers the request and lets it: 405 with Allow, 404. */
void route_run(Exchange *x);
/* The methods of an address, "GET, POST"; nothing when there is none. */
void route_allow(const Str *segments, unsigned n_segments, StrBuf *ret);
/* The same as the header Allow says it: with HEAD where GET answers it, and OPTIONS. */
const char *route_allow_field(Arena *arena, const Str *segments, unsigned n_segments);
/* Can anybody at all do this with the module's records? */
bool route_exists(const Route *route, const Module *module);
static inline bool route_of_module(const Route *route)
{
        return route->path[1] == '{';
}
