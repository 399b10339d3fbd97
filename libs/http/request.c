/* A request from its head to the end of its task. */

#include <string.h>
#include <strings.h>

#include "http/connection.h"
#include "http/uri.h"

static Arena *arena_take(Http *http)
{
        return http->n_arenas > 0 ? http->arenas[--http->n_arenas] : arena_new();
}

static void arena_give(Http *http, Arena *arena)
{
        if (http->n_arenas == ARENAS_POOLED || http->closed) {
                (void)arena_free(arena);
                return;
        }
        arena_reset(arena);
        http->arenas[http->n_arenas++] = arena;
}

static void copy_head(Request *request, const Head *head, Str input)
{
        HttpRequest *public = &request->public;
        /* Of a head that was refused, only the lines before the bad one are known. */
        const char *base = arena_memdup(public->arena, input.p, head->size > 0 ? head->size : head->line);
        HttpHeader *headers = arena_raw(public->arena, head->n_fields * sizeof *headers);
        unsigned n = 0;
        for (; n < head->n_fields && (head->size > 0 || head->fields[n].name.at < head->line); n++)
                headers[n] = (HttpHeader){
                        .name = span_of(base, head->fields[n].name),
                        .value = span_of(base, head->fields[n].value),
                };
        public->headers = headers;
        public->n_headers = n;
        if (!head->started)
                return;
        public->method = span_of(base, head->method);
        public->target = span_of(base, head->target);
        public->query = span_of(base, head->query);
        public->head = str_is(public->method, "HEAD");
        request->chunked = head->chunked;
        request->left = head->length;
        request->expect = head->expect;
        request->body_over = !head->chunked && head->length == 0;
}

Request *request_new(Conn *conn, const Head *head, Str input)
{
        Http *http = conn->http;
        Arena *arena = arena_take(http);
        Request *request = arena_alloc(arena, sizeof *request);
        request->public.arena = arena;
        request->public.arg = http->handlers.arg;
        memcpy(request->public.address, conn->address, sizeof conn->address);
        request->http = http;
        request->conn = conn;
        request->fields.arena = arena;
        request->body_over = true;
        if (head)
                copy_head(request, head, input);
        conn->request = request;
        conn->state = CONN_RUN;
        return request;
}

void request_free(Request *request)
{
        Http *http = request->http;
        http->buffered -= request->buffered;
        if (!request->body.arena)
                strbuf_done(&request->body);
        arena_give(http, request->public.arena);
}

void request_wake(Request *request)
{
        Task *waiter = request->waiter;
        request->waiter = NULL;
        if (waiter)
                task_wake(waiter);
}

static void answer_problem(Request *request, MsgCode code)
{
        StrBuf body = {.arena = request->public.arena};
        const char *type = NULL;
        const HttpHandlers *handlers = &request->http->handlers;
        if (handlers->problem)
                handlers->problem(&request->public, code, &body, &type, handlers->arg);
        http_reply(&request->public, msg_status(code), type, body.p, body.len);
}

static void finish(Request *request)
{
        if (!request->answered)
                answer_problem(request, MSG_INTERNAL);
        Conn *conn = request->conn;
        if (conn) {
                request->conn = NULL;
                conn->request = NULL;
                if (request->chunking && !request->ended)
                        conn_close(conn); /* cut short: the client must not take it for the whole */
                else
                        conn_answered(conn);
        }
        request_free(request);
}

void request_refuse(Request *request, MsgCode code, const char *reason)
{
        request->http->stats.refused++;
        request->public.reason = reason;
        if (request->conn) {
                request->conn->state = CONN_RUN;
                request->conn->last = request->conn->lingers = true;
        }
        answer_problem(request, code);
        finish(request);
}

static void run(void *arg)
{
        Request *request = arg;
        Http *http = request->http;
        http->handlers.request(http, &request->public);
        finish(request);
        http->stats.running--;
        http_release(http);
}

void request_start(Request *request)
{
        Http *http = request->http;
        request->conn->state = CONN_RUN;
        if (!request->streamed)
                request->public.body = (Str){request->body.p, request->body.len};
        if (http->stats.running < http->config.max_requests &&
                task_spawn(http->loop, run, request, NULL) == 0) {
                http->stats.running++;
                return;
        }
        http->stats.refused++;
        http_set(&request->public, "Retry-After", "1");
        answer_problem(request, MSG_BUSY);
        finish(request);
}

Str http_header(const HttpRequest *request, const char *name)
{
        Str found = {};
        for (unsigned i = 0; i < request->n_headers; i++) {
                const HttpHeader *header = &request->headers[i];
                if (!str_is_nocase(header->name, str_of(name)))
                        continue;
                if (!found.p) {
                        found = header->value;
                        continue;
                }
                size_t len = found.len + 2 + header->value.len;
                const char *joined = arena_printf(request->arena, "%.*s, %.*s", (int)found.len, found.p,
                        (int)header->value.len, header->value.p);
                found = (Str){joined, len};
        }
        return found;
}
