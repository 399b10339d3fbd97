/* One stream: what goes out on it, how much of it, and that it is still there. */
#include <string.h>

#include "live.h"

#define RATE         200 /* record messages a second; more are told as a number */
#define PENDING_MAX  ((size_t)64 << 10)
#define PENDING_LOW  ((size_t)4 << 10)
#define HEARTBEAT_US INT64_C(15000000)
#define LAG_US       INT64_C(30000000)
#define SECOND_US    INT64_C(1000000)

static const char *const types[LIVE_TYPE_MAX] = {
        [LIVE_CREATED] = "created",
        [LIVE_UPDATED] = "updated",
        [LIVE_DELETED] = "deleted",
        [LIVE_RESTORED] = "restored",
        [LIVE_ERASED] = "erased",
        [LIVE_GONE] = "gone",
};

/* ---- being there ---- */

static void put_last(Live *live, LiveStream *stream)
{
        stream->prev = live->streams.prev;
        stream->next = &live->streams;
        stream->prev->next = stream->next->prev = stream;
}

static void take_out(LiveStream *stream)
{
        stream->prev->next = stream->next;
        stream->next->prev = stream->prev;
}

LiveStream *live_stream_new(Live *live, LivePrincipal *principal)
{
        LiveStream *stream = live->free_streams;

        if (stream)
                live->free_streams = stream->next;
        else
                stream = arena_alloc(live->arena, sizeof *stream);
        *stream = (LiveStream){.live = live,
                .principal = principal,
                .serial = ++live->serial,
                .from = live->head,
                .sent_at = clock_monotonic()};
        stream->peer = principal->streams;
        if (stream->peer)
                stream->peer->peer_prev = stream;
        principal->streams = stream;
        put_last(live, stream);
        live->n_streams++;
        if (live->n_streams > live->most)
                live->most = live->n_streams;
        return stream;
}

void live_stream_free(Live *live, LiveStream *stream)
{
        LivePrincipal *principal = stream->principal;

        if (stream->peer_prev)
                stream->peer_prev->peer = stream->peer;
        else
                principal->streams = stream->peer;
        if (stream->peer)
                stream->peer->peer_prev = stream->peer_prev;
        take_out(stream);
        live->n_streams--;
        live->n_lagging -= stream->lags_since != 0;
        (void)arena_free(stream->resume.arena);
        stream->http = NULL;
        stream->next = live->free_streams;
        live->free_streams = stream;
        live_principal_interest(principal);
        live_principal_release(live, principal);
}

void live_stream_gone(void *arg)
{
        LiveStream *stream = arg;

        live_stream_free(stream->live, stream);
}

LiveMask live_stream_shown(const LiveStream *stream)
{
        return mask_and(&stream->wanted, &stream->principal->may);
}

/* ---- sending ---- */

bool live_stream_send(Live *live, LiveStream *stream, const StrBuf *text)
{
        if (!http_push(stream->http, text->p, text->len))
                return false;
        take_out(stream);
        put_last(live, stream);
        stream->sent_at = clock_monotonic();
        if (!stream->lags_since && http_pending(stream->http) > PENDING_MAX) {
                stream->lags_since = stream->sent_at;
                live->n_lagging++;
        }
        return true;
}

void live_stream_end(Live *live, LiveStream *stream, const char *text)
{
        HttpStream *http = stream->http;

        if (text[0] && !http_push(http, text, strlen(text)))
                return;
        live_stream_free(live, stream);
        http_push_end(http);
}

static void put_id(const Live *live, const LiveStream *stream, const int64_t *at, StrBuf *out)
{
        LiveMask shown = live_stream_shown(stream);

        strbuf_puts(out, "id: ");
        live_positions(live, &shown, at, out);
        strbuf_putc(out, '\n');
}

void live_stream_modules(const Live *live, const LiveStream *stream, StrBuf *out)
{
        LiveMask shown = live_stream_shown(stream);
        unsigned n = 0;

        strbuf_puts(out, "data: {\"modules\":[");
        for (unsigned i = 0; i < live->n_modules; i++)
                if (mask_has(&shown, i))
                        strbuf_printf(out, "%s\"%s\"", n++ ? "," : "", cauce_modules[i]->key);
        strbuf_puts(out, "]}\n\n");
}

void live_stream_reset(Live *live, LiveStream *stream, Arena *arena)
{
        StrBuf out = {.arena = arena};

        stream->reset = false;
        stream->resume.arena = arena_free(stream->resume.arena);
        stream->resume = (LiveResume){};
        live->resets++;
        put_id(live, stream, stream->principal->at, &out);
        strbuf_puts(&out, "data: {\"reset\":true}\n\n");
        (void)live_stream_send(live, stream, &out);
}

/* ---- telling ---- */

static void put_record(const LiveItem *item, StrBuf *out)
{
        const LiveEvent *event = &item->event;
        char id[UUID_TEXT + 1];

        uuid_format(&event->record, id);
        strbuf_printf(out, "data: {\"module\":\"%s\",\"id\":\"%s\",", cauce_modules[event->module]->key, id);
        if (item->visible)
                strbuf_printf(out, "\"version\":%lld,", (long long)event->version);
        strbuf_printf(out, "\"type\":\"%s\"}\n", types[item->visible ? event->type : LIVE_GONE]);
}

static bool is_told(const LiveStream *stream, const LiveMask *shown, const LiveItem *item)
{
        return (item->visible || item->taken) && item->index >= stream->from &&
               mask_has(shown, item->event.module);
}

static void put_many(const LiveStream *stream, const LiveItem *items, unsigned n, StrBuf *out)
{
        LiveMask shown = live_stream_shown(stream);
        unsigned counts[LIVE_MODULES] = {}, told = 0;

        for (unsigned i = 0; i < n; i++)
                counts[items[i].event.module] += is_told(stream, &shown, &items[i]);
        strbuf_puts(out, "data: {\"many\":{");
        for (unsigned i = 0; i < LIVE_MODULES; i++)
                if (counts[i] > 0)
                        strbuf_printf(
                                out, "%s\"%s\":%u", told++ ? "," : "", cauce_modules[i]->key, counts[i]);
        strbuf_puts(out, "}}\n");
}

static void put_records(const LiveStream *stream, const LiveItem *items, unsigned n, StrBuf *out)
{
        LiveMask shown = live_stream_shown(stream);

        for (unsigned i = 0, told = 0; i < n; i++) {
                if (!is_told(stream, &shown, &items[i]))
                        continue;
                if (told++ > 0)
                        strbuf_putc(out, '\n');
                put_record(&items[i], out);
        }
}

static bool may_tell(LiveStream *stream, unsigned n)
{
        int64_t second = clock_monotonic() / SECOND_US;

        if (second != stream->second)
                stream->in_second = 0;
        stream->second = second;
        if (stream->in_second + n > RATE)
                return false;
        stream->in_second += n;
        return true;
}

void live_stream_tell(
        Live *live, LiveStream *stream, const LiveItem *items, unsigned n, const int64_t *at, Arena *arena)
{
        LiveMask shown = live_stream_shown(stream);
        StrBuf out = {.arena = arena};
        unsigned told = 0;

        for (unsigned i = 0; i < n; i++)
                told += is_told(stream, &shown, &items[i]);
        if (told == 0 || stream->reset)
                return;
        if (stream->lags_since) {
                stream->reset = true;
                return;
        }
        if (may_tell(stream, told)) {
                put_records(stream, items, n, &out);
                live->messages += told;
        } else {
                put_many(stream, items, n, &out);
                live->many++;
        }
        if (at)
                put_id(live, stream, at, &out);
        strbuf_putc(&out, '\n');
        (void)live_stream_send(live, stream, &out);
}

/* ---- tending ---- */

/* A position alone is no message to an EventSource, but it is kept. */
static void heartbeat(Live *live, LiveStream *stream, Arena *arena)
{
        StrBuf out = {.arena = arena};

        if (stream->expires_at <= clock_realtime()) {
                stream->check = true;
                live_due(live, stream->principal, 0);
        }
        strbuf_puts(&out, ":\n");
        if (!stream->resume.arena && !stream->reset)
                put_id(live, stream, live_principal_at(live, stream->principal), &out);
        strbuf_putc(&out, '\n');
        (void)live_stream_send(live, stream, &out);
}

static void tend_lagging(Live *live, LiveStream *stream, int64_t now, Arena *arena)
{
        if (http_pending(stream->http) <= PENDING_LOW) {
                stream->lags_since = 0;
                live->n_lagging--;
                if (stream->reset)
                        live_stream_reset(live, stream, arena);
        } else if (now - stream->lags_since > LAG_US) {
                live_stream_end(live, stream, "");
        }
}

void live_streams_tend(Live *live, Arena *arena)
{
        int64_t now = clock_monotonic();

        for (LiveStream *stream = live->streams.next, *next; live->n_lagging > 0 && stream != &live->streams;
                stream = next) {
                next = stream->next;
                if (stream->lags_since)
                        tend_lagging(live, stream, now, arena);
        }
        while (live->streams.next != &live->streams && live->streams.next->sent_at + HEARTBEAT_US <= now)
                heartbeat(live, live->streams.next, arena);
}
