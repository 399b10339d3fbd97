/* Answers: takes requests from queue-group subscriptions, refuses what is too much or too late, and runs a
 * handler for each of the others on a task with an arena of its own. A worker goes on with the next waiting
 * request when its handler returns, so a burst of requests that need no waiting costs one task. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus/private.h"

#define ARENAS_KEPT 32 /* per endpoint */

/* A request under way. */
typedef struct Work {
        BusRequest request; /* first: handlers get a pointer to it */
        Endpoint *endpoint;
        int64_t started;
        bool answered;
} Work;

/* ---- answers ---- */

static void send_reply(Bus *bus, const char *reply, HeaderBlock *headers, const void *data, size_t len)
{
        if (reply && bus->link)
                (void)link_publish(bus->link, reply, NULL, headers, data, len);
}

static void error_headers(HeaderBlock *headers, int code, const char *key)
{
        headers_init(headers);
        headers_put_u64(headers, STR("Nats-Service-Error-Code"), (uint64_t)code);
        headers_put(headers, STR("Nats-Service-Error"), str_of(key));
}

/* An error of the bus itself, with a Problem that holds its code alone (field 1). */
static void refuse(Endpoint *endpoint, const char *reply, int code, const char *key)
{
        char problem[64] = {0x0a, (char)strlen(key)};
        HeaderBlock headers;
        error_headers(&headers, code, key);
        memcpy(problem + 2, key, strlen(key));
        send_reply(endpoint->bus, reply, &headers, problem, 2 + strlen(key));
        endpoint->errors++;
        endpoint->bus->stats.errors++;
        (void)snprintf(endpoint->last_error, sizeof endpoint->last_error, "%d:%s", code, key);
}

static void work_end(Work *work)
{
        Endpoint *endpoint = work->endpoint;
        int64_t took = clock_monotonic() - work->started;
        work->answered = true;
        endpoint->processing_us += (uint64_t)took;
        endpoint->bus->stats.processing_us += (uint64_t)took;
}

void bus_reply(Bus *bus, BusRequest *request, const void *data, size_t len)
{
        Work *work = (Work *)request;
        if (work->answered)
                return;
        work_end(work);
        if (request->reply && bus->link &&
                link_publish(bus->link, request->reply, NULL, NULL, data, len) == -EMSGSIZE)
                refuse(work->endpoint, request->reply, 500, "internal");
}

void bus_reply_error(
        Bus *bus, BusRequest *request, int code, const char *key, const void *problem, size_t len)
{
        Work *work = (Work *)request;
        Endpoint *endpoint = work->endpoint;
        HeaderBlock headers;
        if (work->answered)
                return;
        work_end(work);
        endpoint->errors++;
        bus->stats.errors++;
        (void)snprintf(endpoint->last_error, sizeof endpoint->last_error, "%d:%s", code, key);
        error_headers(&headers, code, key);
        send_reply(bus, request->reply, &headers, problem, len);
}

/* ---- workers ---- */

static natsMsg *queue_pop(Endpoint *endpoint)
{
        natsMsg *msg = endpoint->queue[endpoint->head];
        endpoint->head = (endpoint->head + 1) % endpoint->capacity;
        endpoint->queued--;
        return msg;
}

static void handle(Endpoint *endpoint, Arena *arena, natsMsg *msg)
{
        Packet packet = packet_of(msg);
        Work *work = arena_alloc(arena, sizeof *work);
        work->endpoint = endpoint;
        work->started = clock_monotonic();
        work->request = (BusRequest){
                .arena = arena,
                .subject = packet.subject,
                .data = packet.data,
                .len = packet.len,
                .arg = endpoint->arg,
                .reply = (char *)packet.reply,
                .name = endpoint->name,
        };
        CallContext *context = &work->request.context;
        endpoint->requests++;
        endpoint->bus->stats.requests++;
        if (headers_parse_context(arena, packet.headers, context) < 0) {
                refuse(endpoint, packet.reply, 400, "bad_request");
                return;
        }
        if (context->deadline > 0 && context->deadline <= clock_realtime()) {
                refuse(endpoint, packet.reply, 504, "timeout");
                return;
        }
        if (!context->trace[0])
                context_new_trace(context);
        endpoint->handler(endpoint->bus, &work->request);
        if (!work->answered) {
                work_end(work);
                refuse(endpoint, packet.reply, 500, "internal");
        }
}

static Arena *arena_take(Endpoint *endpoint)
{
        return endpoint->n_arenas > 0 ? endpoint->arenas[--endpoint->n_arenas] : arena_new();
}

static void arena_give(Endpoint *endpoint, Arena *arena)
{
        if (endpoint->n_arenas < ARENAS_KEPT)
                endpoint->arenas[endpoint->n_arenas++] = arena;
        else
                (void)arena_free(arena);
}

static void worker(void *arg);

/* One worker at most is on its way: it starts the next one when it finds work for it. */
static void start_worker(Endpoint *endpoint)
{
        if (endpoint->queued == 0 || endpoint->starting || endpoint->running == endpoint->max_tasks)
                return;
        endpoint->starting = true;
        endpoint->running++;
        bus_enter(endpoint->bus);
        if (task_spawn(endpoint->bus->loop, worker, endpoint, NULL) < 0) {
                endpoint->starting = false;
                endpoint->running--;
                bus_leave(endpoint->bus);
        }
}

static void worker(void *arg)
{
        Endpoint *endpoint = arg;
        Bus *bus = endpoint->bus;
        Arena *arena = arena_take(endpoint);
        endpoint->starting = false;
        while (endpoint->queued > 0) {
                natsMsg *msg = queue_pop(endpoint);
                start_worker(endpoint);
                handle(endpoint, arena, msg);
                link_release(msg);
                arena_reset(arena);
        }
        arena_give(endpoint, arena);
        endpoint->running--;
        bus_leave(bus);
}

static void refuse_busy(Endpoint *endpoint, natsMsg *msg)
{
        endpoint->bus->stats.busy++;
        refuse(endpoint, natsMsg_GetReply(msg), 503, "busy");
        link_release(msg);
}

/* Who asks waits at an inbox. Anything else is not an asker: a subject named by somebody who may not ask, as
 * the delivery of a consumer, or as the reply of another request. */
static bool asked(const natsMsg *msg)
{
        static const char inbox[] = "_INBOX.";
        const char *reply = natsMsg_GetReply(msg);

        return reply && strncmp(reply, inbox, sizeof inbox - 1) == 0;
}

static void on_request(void *arg, natsMsg *msg)
{
        Endpoint *endpoint = arg;
        if (!asked(msg)) {
                endpoint->bus->stats.dropped++;
                link_release(msg);
                return;
        }
        unsigned free_tasks = endpoint->max_tasks - endpoint->running + endpoint->starting;
        if (endpoint->queued >= endpoint->max_queue + free_tasks) {
                refuse_busy(endpoint, msg);
                return;
        }
        endpoint->queue[(endpoint->head + endpoint->queued++) % endpoint->capacity] = msg;
        start_worker(endpoint);
        if (endpoint->running == 0) /* the loop has no task left, and nobody would come back to the queue */
                refuse_busy(endpoint, queue_pop(endpoint));
}

/* ---- endpoints ---- */

/* ADR-32 names hold letters, digits, '-' and '_'. */
static char *endpoint_name(const char *subject)
{
        char *name = NULL;
        size_t size;
        FILE *out = open_memstream(&name, &size);
        if (!out)
                return NULL;
        for (const char *p = subject; *p; p++)
                switch (*p) {
                case '.':
                        (void)fputc('-', out);
                        break;
                case '*':
                        (void)fputs("any", out);
                        break;
                case '>':
                        (void)fputs("all", out);
                        break;
                default:
                        (void)fputc(*p, out);
                }
        return fclose(out) == 0 ? name : NULL;
}

static Endpoint *endpoint_free(Endpoint *endpoint)
{
        for (unsigned i = 0; i < endpoint->n_arenas; i++)
                (void)arena_free(endpoint->arenas[i]);
        free(endpoint->arenas);
        free(endpoint->queue);
        free(endpoint->name);
        free(endpoint->subject);
        free(endpoint);
        return NULL;
}

static Endpoint *endpoint_new(Bus *bus, const char *subject, unsigned max_tasks, unsigned max_queue)
{
        Endpoint *endpoint = calloc(1, sizeof *endpoint);
        if (!endpoint)
                return NULL;
        *endpoint = (Endpoint){
                .bus = bus,
                .subject = strdup(subject),
                .name = endpoint_name(subject),
                .max_tasks = max_tasks,
                .max_queue = max_queue,
                .capacity = max_tasks + max_queue,
                .queue = calloc(max_tasks + max_queue, sizeof(natsMsg *)),
                .arenas = calloc(ARENAS_KEPT, sizeof(Arena *)),
        };
        if (!endpoint->subject || !endpoint->name || !endpoint->queue || !endpoint->arenas)
                return endpoint_free(endpoint);
        return endpoint;
}

int bus_serve(
        Bus *bus, const char *subject, unsigned max_tasks, unsigned max_queue, BusHandler handler, void *arg)
{
        if (!bus->link)
                return -ENOTCONN;
        if (max_tasks == 0)
                return -EINVAL;
        Endpoint *endpoint = endpoint_new(bus, subject, max_tasks, max_queue);
        if (!endpoint)
                return -ENOMEM;
        endpoint->handler = handler;
        endpoint->arg = arg;
        int r = link_subscribe(bus->link, subject, bus->name, on_request, endpoint, &endpoint->sub);
        if (r < 0) {
                (void)endpoint_free(endpoint);
                return r;
        }
        *bus->last_endpoint = endpoint;
        bus->last_endpoint = &endpoint->next;
        return discovery_start(bus);
}

unsigned endpoints_busy(const Bus *bus)
{
        unsigned busy = 0;
        for (const Endpoint *endpoint = bus->endpoints; endpoint; endpoint = endpoint->next)
                busy += endpoint->queued + endpoint->running;
        return busy;
}

void endpoints_refuse(Bus *bus)
{
        for (Endpoint *endpoint = bus->endpoints; endpoint; endpoint = endpoint->next)
                while (endpoint->queued > 0)
                        refuse_busy(endpoint, queue_pop(endpoint));
}

void endpoints_free(Bus *bus)
{
        for (Endpoint *endpoint = bus->endpoints, *next; endpoint; endpoint = next) {
                next = endpoint->next;
                (void)endpoint_free(endpoint);
        }
        bus->endpoints = NULL;
}
