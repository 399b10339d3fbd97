/* Owns the bus's place on the wire: a BusConn that is replaced for ever when it is lost, the subscriptions
 * that outlive it, and the frames that go out at the end of a turn.
 *
 * nats.c's own reconnection is off: in event-loop mode it keeps the parser's state, so a message cut in half
 * would swallow the beginning of the next connection, and an -ERR that it doesn't know closes it for good. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus.h"
#include "bus/conn.h"
#include "bus/frame.h"
#include "bus/link.h"
#include "bus/natslib.h"
#include "bus/subject.h"

#define CONNECT_MS  2000
#define SERVERS_MAX 16
#define OUTPUT_MAX  (32 << 20) /* bytes that may wait for a server that does not read */

struct LinkSub {
        LinkSub *next;
        char *subject, *queue;
        LinkReceive fn;
        void *arg;
        natsSubscription *handle; /* NULL while not connected */
        bool ended;
};

struct Link {
        Loop *loop;
        LinkConfig config;
        natsOptions *options;
        BusConn *conn; /* NULL while there is no memory or descriptor for one */
        bool up;
        unsigned lent; /* helper threads that use the connection */
        int64_t max_payload;
        LinkSub *subs, **last_sub;
};

/* ---- messages ---- */

void link_release(natsMsg *msg)
{
        natsMsg_free(msg);
}

/* nats.c keeps a message in one block: subject, reply, headers, data, each with a NUL behind it. */
Packet packet_of(natsMsg *msg)
{
        Packet packet = {
                .subject = natsMsg_GetSubject(msg),
                .reply = natsMsg_GetReply(msg),
                .data = (const uint8_t *)natsMsg_GetData(msg),
                .len = (size_t)natsMsg_GetDataLength(msg),
        };
        const char *last = packet.reply ? packet.reply : packet.subject;
        const char *headers = last + strlen(last) + 1;
        const char *data = (const char *)packet.data;
        if (data > headers)
                packet.headers = (Str){headers, strnlen(headers, (size_t)(data - headers))};
        return packet;
}

static LinkSub *sub_of(const Link *link, const char *subject)
{
        for (LinkSub *sub = link->subs; sub; sub = sub->next)
                if (subject_matches(sub->subject, subject))
                        return sub;
        return NULL;
}

static bool from_jetstream(const natsMsg *msg)
{
        static const char prefix[] = "$JS.ACK.";
        const char *reply = natsMsg_GetReply(msg);
        return reply && strncmp(reply, prefix, sizeof prefix - 1) == 0;
}

/* nats.c's filter: every message, on the loop's thread. Taken here it never comes to a subscription's own
 * queue. What JetStream delivers to the inbox has its own subject, which another subscription may name too.
 */
static void on_message(natsConnection *nc, natsMsg **msg, void *arg)
{
        Link *link = arg;
        natsMsg *taken = *msg;
        *msg = NULL;
        if (from_jetstream(taken) && link->config.delivered(link->config.arg, taken))
                return;
        const LinkSub *sub = sub_of(link, natsMsg_GetSubject(taken));
        if (sub)
                sub->fn(sub->arg, taken);
        else
                link->config.stray(link->config.arg, taken);
}

/* ---- subscriptions ---- */

static void sub_start(Link *link, LinkSub *sub)
{
        natsConnection *nc = bus_conn_nats(link->conn);
        natsStatus status =
                sub->queue ? natsConnection_QueueSubscribeSync(&sub->handle, nc, sub->subject, sub->queue)
                           : natsConnection_SubscribeSync(&sub->handle, nc, sub->subject);
        if (status != NATS_OK)
                sub->handle = NULL; /* lost meanwhile: the next connection subscribes */
}

static LinkSub *sub_free(LinkSub *sub)
{
        natsSubscription_Destroy(sub->handle);
        free(sub->subject);
        free(sub->queue);
        free(sub);
        return NULL;
}

int link_subscribe(
        Link *link, const char *subject, const char *queue, LinkReceive fn, void *arg, LinkSub **ret)
{
        if (!subject_valid(subject))
                return -EINVAL;
        for (const LinkSub *other = link->subs; other; other = other->next)
                if (subjects_overlap(other->subject, subject))
                        return -EEXIST;
        LinkSub *sub = calloc(1, sizeof *sub);
        if (!sub)
                return -ENOMEM;
        *sub = (LinkSub){
                .subject = strdup(subject), .queue = queue ? strdup(queue) : NULL, .fn = fn, .arg = arg};
        if (!sub->subject || (queue && !sub->queue)) {
                (void)sub_free(sub);
                return -ENOMEM;
        }
        *link->last_sub = sub;
        link->last_sub = &sub->next;
        if (link->up)
                sub_start(link, sub);
        *ret = sub;
        return 0;
}

typedef struct Flush {
        natsConnection *nc;
        int64_t wait_ms;
} Flush;

/* On a helper thread: the loop goes on reading, so that the server's PONG can arrive. */
static void flush_work(void *arg)
{
        Flush *flush = arg;
        (void)natsConnection_FlushTimeout(flush->nc, flush->wait_ms);
}

void link_flush(Link *link, int64_t wait_us)
{
        if (!link->up)
                return;
        Flush flush = {.nc = bus_conn_nats(link->conn), .wait_ms = wait_us < 1000 ? 1 : wait_us / 1000};
        link->lent++;
        loop_offload(link->loop, flush_work, &flush);
        link->lent--;
}

/* ---- publishing ---- */

static natsStatus write_frame(natsConnection *nc, const Frame *frame, const void *data, size_t len)
{
        natsConn_lockAndRetain(nc);
        natsStatus status = natsConn_isClosed(nc) ? NATS_CONNECTION_CLOSED : NATS_OK;
        if (status == NATS_OK)
                status = natsConn_bufferWrite(nc, frame->text, (int)frame->len);
        if (status == NATS_OK)
                status = natsConn_bufferWrite(nc, data, (int)len);
        if (status == NATS_OK)
                status = natsConn_bufferWrite(nc, "\r\n", 2);
        if (status == NATS_OK)
                status = natsConn_flushOrKickFlusher(nc);
        natsConn_unlockAndRelease(nc);
        return status;
}

int link_publish(Link *link, const char *subject, const char *reply, const HeaderBlock *headers,
        const void *data, size_t len)
{
        Frame frame;
        if (!subject_valid(subject) || (reply && !subject_valid(reply)) || (headers && headers->overflow))
                return -EINVAL;
        if (!link->up || bus_conn_backlog(link->conn) > OUTPUT_MAX)
                return BUS_E_DOWN;
        if (len + (headers ? headers->len + HEADERS_FRAME : 0) > (size_t)link->max_payload)
                return -EMSGSIZE;
        frame_pub(&frame, subject, reply, headers, len);
        return write_frame(bus_conn_nats(link->conn), &frame, data, len) == NATS_OK ? 0 : BUS_E_DOWN;
}

/* natsSubscription_Unsubscribe would throw away what the server has sent already. */
void link_unsubscribe(Link *link, LinkSub *sub)
{
        Frame frame;
        sub->ended = true;
        if (!sub->handle)
                return;
        frame_unsub(&frame, (uint64_t)natsSubscription_GetID(sub->handle));
        (void)write_frame(bus_conn_nats(link->conn), &frame, NULL, 0);
}

/* ---- up and down ---- */

static void on_conn_opened(void *arg)
{
        Link *link = arg;
        link->up = true;
        natsConn_setFilterWithClosure(bus_conn_nats(link->conn), on_message, link);
        link->max_payload = natsConnection_GetMaxPayload(bus_conn_nats(link->conn));
        for (LinkSub *sub = link->subs; sub; sub = sub->next)
                if (!sub->ended)
                        sub_start(link, sub);
        link->config.up(link->config.arg);
}

static void on_conn_trouble(void *arg, const char *text)
{
        Link *link = arg;
        link->config.error(link->config.arg, text);
}

static BusConn *open_conn(Link *link)
{
        const ConnHooks hooks = {
                .opened = on_conn_opened,
                .trouble = on_conn_trouble,
                .arg = link,
        };
        return bus_conn_new(loop_base(link->loop), link->options, &hooks);
}

static void close_conn(Link *link)
{
        bool was_up = link->up;
        link->up = false;
        for (LinkSub *sub = link->subs; sub; sub = sub->next) {
                natsSubscription_Destroy(sub->handle);
                sub->handle = NULL;
        }
        link->conn = bus_conn_free(link->conn);
        if (was_up)
                link->config.down(link->config.arg);
}

static void on_turn(void *arg)
{
        Link *link = arg;
        if (link->conn)
                bus_conn_write(link->conn);
        if (link->conn && !link->lent && bus_conn_is_dead(link->conn))
                close_conn(link);
        if (!link->conn)
                link->conn = open_conn(link); /* when descriptors are short: again in the next turn */
}

static natsStatus set_servers(natsOptions *options, const char *url)
{
        const char *servers[SERVERS_MAX];
        char *copy = strdup(url), *rest = copy, *server;
        int n = 0;
        if (!copy)
                return NATS_NO_MEMORY;
        while (n < SERVERS_MAX && (server = strsep(&rest, ",")))
                if (*server)
                        servers[n++] = server;
        natsStatus status = natsOptions_SetServers(options, servers, n);
        free(copy);
        return status;
}

static natsStatus set_options(natsOptions *options, const LinkConfig *config)
{
        natsStatus status = set_servers(options, config->url);
        if (status == NATS_OK && config->user)
                status = natsOptions_SetUserInfo(
                        options, config->user, config->password ? config->password : "");
        if (status == NATS_OK)
                status = natsOptions_SetName(options, config->name);
        if (status == NATS_OK)
                status = natsOptions_SetAllowReconnect(options, false);
        if (status == NATS_OK)
                status = natsOptions_SetSendAsap(options, true);
        if (status == NATS_OK)
                status = natsOptions_SetTimeout(options, CONNECT_MS);
        if (status == NATS_OK)
                status = natsOptions_SetPingInterval(options, 0);
        return status;
}

int link_open(Loop *loop, const LinkConfig *config, Link **ret)
{
        Link *link = calloc(1, sizeof *link);
        if (!link)
                return -ENOMEM;
        *link = (Link){.loop = loop, .config = *config, .last_sub = &link->subs};
        natsStatus status = natsOptions_Create(&link->options);
        if (status == NATS_OK)
                status = set_options(link->options, config);
        if (status == NATS_OK)
                link->conn = open_conn(link);
        if (!link->conn) {
                natsOptions_Destroy(link->options);
                free(link);
                return status == NATS_OK || status == NATS_NO_MEMORY ? -ENOMEM : -EINVAL;
        }
        loop_on_turn(loop, on_turn, link);
        *ret = link;
        return 0;
}

Link *link_close(Link *link)
{
        if (!link)
                return NULL;
        loop_off_turn(link->loop, on_turn, link);
        close_conn(link);
        for (LinkSub *sub = link->subs, *next; sub; sub = next) {
                next = sub->next;
                (void)sub_free(sub);
        }
        natsOptions_Destroy(link->options);
        free(link);
        return NULL;
}

bool link_is_up(const Link *link)
{
        return link->up;
}
