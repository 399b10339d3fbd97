/* Cross-origin reading for the origins that the operator names: by API key or token, never by cookie. Also
 * OPTIONS. */
#include "routes.h"

#define HEADERS                                                                                              \
        "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Accept-Language, traceparent"
#define EXPOSED                                                                                              \
        "ETag, Location, Link, Retry-After, RateLimit, RateLimit-Policy, X-Trace-Id, Idempotency-Replayed, " \
        "Content-Disposition"

/* One of "https://a.example https://b.example". */
static bool named(const char *origins, Str origin)
{
        for (Str rest = str_of(origins), one; str_take(&rest, ' ', &one);)
                if (one.len > 0 && str_eq(one, origin))
                        return true;
        return false;
}

bool cors_allowed(const Gateway *gateway, HttpRequest *request)
{
        Str origin = http_header(request, "Origin");

        if (!gateway->origins[0] || origin.len == 0)
                return false;
        http_set(request, "Vary", "Origin");
        if (!named(gateway->origins, origin))
                return false;
        http_set(request, "Access-Control-Allow-Origin", arena_strndup(request->arena, origin.p, origin.len));
        http_set(request, "Access-Control-Expose-Headers", EXPOSED);
        return true;
}

/* Of /api/v1/…: what the address takes. */
static const char *methods_of(const HttpRequest *request)
{
        static const size_t prefix = sizeof "/api/v1/" - 1;
        Str segments[PATH_SEGMENTS];
        unsigned n = path_split((Str){request->path.p + prefix, request->path.len - prefix}, segments);

        return route_allow_field(request->arena, segments, n);
}

void cors_options(const Gateway *gateway, HttpRequest *request)
{
        bool preflight = http_header(request, "Access-Control-Request-Method").len > 0;
        const char *methods = methods_of(request);

        if (cors_allowed(gateway, request) && preflight) {
                http_set(request, "Access-Control-Allow-Methods", methods);
                http_set(request, "Access-Control-Allow-Headers", HEADERS);
                http_set(request, "Access-Control-Max-Age", "600");
        }
        http_set(request, "Allow", methods);
        http_reply(request, 204, NULL, "", 0);
}
