/* From an address to its handler: the table of routes, and the rpcs that name an address in proto/. */
#include <string.h>

#include "routes.h"

#define PREFIX "/api/v1/"

unsigned path_split(Str path, Str ret[static PATH_SEGMENTS])
{
        unsigned n = 0;

        while (n < PATH_SEGMENTS && str_take(&path, '/', &ret[n]))
                n++;
        return n;
}

/* ---- matching ---- */

bool service_known(Str name)
{
        for (unsigned i = 0; cauce_modules[i]; i++)
                if (str_is(name, cauce_modules[i]->service))
                        return true;
        return false;
}

static bool segment_matches(Str pattern, Str segment, const Module *module)
{
        int64_t number;
        Uuid id;

        if (str_is(pattern, "{module}"))
                return module != NULL;
        if (str_is(pattern, "{id}"))
                return uuid_parse(segment, &id) == 0;
        if (str_is(pattern, "{service}"))
                return service_known(segment);
        if (str_is(pattern, "{number}"))
                return parse_i64(segment, &number) == 0;
        return str_eq(pattern, segment);
}

static bool path_matches(const char *path, const Str *segments, unsigned n, const Module *module)
{
        Str pattern[PATH_SEGMENTS];
        unsigned i = 0;

        if (path_split(str_of(path + 1), pattern) != n)
                return false;
        while (i < n && segment_matches(pattern[i], segments[i], module))
                i++;
        return i == n;
}

static const char *method_path(const Method *method)
{
        return method->http_path ? method->http_path + sizeof PREFIX - 2 : NULL;
}

static void allow(StrBuf *ret, const char *method)
{
        if (ret->len > 0)
                strbuf_puts(ret, ", ");
        strbuf_puts(ret, method);
}

void route_allow(const Str *segments, unsigned n_segments, StrBuf *ret)
{
        const Module *module = n_segments ? module_by_path(segments[0]) : NULL;

        for (const Route *route = routes; route->method; route++)
                if (path_matches(route->path, segments, n_segments, module))
                        allow(ret, route->method);
        for (unsigned i = 0; cauce_methods[i]; i++)
                if (method_path(cauce_methods[i]) &&
                        path_matches(method_path(cauce_methods[i]), segments, n_segments, NULL))
                        allow(ret, cauce_methods[i]->http_method);
}

static bool answers_head(const Str *segments, unsigned n_segments)
{
        const Module *module = n_segments ? module_by_path(segments[0]) : NULL;

        for (const Route *route = routes; route->method; route++)
                if (streq(route->method, "GET") && path_matches(route->path, segments, n_segments, module))
                        return !(route->flags & ROUTE_NO_HEAD);
        return true;
}

const char *route_allow_field(Arena *arena, const Str *segments, unsigned n_segments)
{
        StrBuf out = {.arena = arena};

        route_allow(segments, n_segments, &out);
        if (out.len > 0 && memmem(out.p, out.len, "GET", 3) && answers_head(segments, n_segments))
                allow(&out, "HEAD");
        allow(&out, "OPTIONS");
        return out.p;
}

bool route_exists(const Route *route, const Module *module)
{
        static const char *const made[] = {"create", "change", "duplicate", "import"};

        if (!route_of_module(route) || !route->right)
                return true;
        if (module->flags & MODULE_KEPT && streq(route->right, "delete"))
                return false;
        if (streq(route->name, "bulk")) /* there is something that it may do */
                return !(module->flags & MODULE_KEPT && module->flags & MODULE_BY_SYSTEM);
        if (!(module->flags & MODULE_BY_SYSTEM))
                return true;
        for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
                if (streq(route->right, made[i]))
                        return false;
        return !streq(route->name, "restore");
}

/* ---- running ---- */

static bool run_route(Exchange *x, Str verb, const Module *module)
{
        for (const Route *route = routes; route->method; route++) {
                if (!str_is(verb, route->method) || (x->http->head && route->flags & ROUTE_NO_HEAD) ||
                        !path_matches(route->path, x->segments, x->n_segments, module))
                        continue;
                bool named = route_of_module(route);
                x->module = named ? module : NULL;
                x->route = req_printf(&x->rq, "%s %s%s%s", route->method, named ? "/" : "",
                        named ? module->path : "",
                        named ? route->path + sizeof "/{module}" - 1 : route->path);
                if (!(route->flags & ROUTE_OPEN))
                        session_required(x);
                route->handle(x, module);
                return true;
        }
        return false;
}

static bool run_method(Exchange *x, Str verb)
{
        for (unsigned i = 0; cauce_methods[i]; i++) {
                const char *path = method_path(cauce_methods[i]);
                if (!path || !str_is(verb, cauce_methods[i]->http_method) ||
                        !path_matches(path, x->segments, x->n_segments, NULL))
                        continue;
                x->route = req_printf(&x->rq, "%s %s", cauce_methods[i]->http_method, path);
                method_answer(x, cauce_methods[i]);
                return true;
        }
        return false;
}

/* Whoever is not signed in is not told what there is under a module. */
static bool is_open(const Exchange *x)
{
        for (const Route *route = routes; route->method; route++)
                if (route->flags & ROUTE_OPEN && path_matches(route->path, x->segments, x->n_segments, NULL))
                        return true;
        for (unsigned i = 0; cauce_methods[i]; i++)
                if (cauce_methods[i]->anonymous && method_path(cauce_methods[i]) &&
                        path_matches(method_path(cauce_methods[i]), x->segments, x->n_segments, NULL))
                        return true;
        return false;
}

void route_run(Exchange *x)
{
        const Module *module = x->n_segments ? module_by_path(x->segments[0]) : NULL;
        Str verb = x->http->head ? STR("GET") : x->http->method;
        StrBuf methods = {.arena = x->rq.arena};

        if (run_route(x, verb, module) || run_method(x, verb))
                return;
        if (!is_open(x))
                session_required(x);
        route_allow(x->segments, x->n_segments, &methods);
        if (methods.len > 0)
                method_refuse(x, route_allow_field(x->rq.arena, x->segments, x->n_segments));
        req_fail(&x->rq, NOT_FOUND, NULL, NULL);
}
