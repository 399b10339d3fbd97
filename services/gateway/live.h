#pragma once

#include "entity.cauce.h"
#include "gateway.h"

/* The live stream: what changes, told to whoever may see it (GET /live, text/event-stream). A replica hears
 * every event once (live_source.c) and keeps the newest in a log; each principal reads it with a cursor of
 * its own, asks once a batch which records it sees (live_batch.c), and its streams, of one browser or program
 * each, are told (live_stream.c). Nothing is copied per stream, so that thousands cost little. */

#define LIVE_MODULES    128
#define LIVE_SERVICES   32
#define LIVE_LOG        16384 /* events kept: who is further behind is told to begin anew */
#define LIVE_MISSED_MAX 1000  /* events made up for after an absence */
#define LIVE_AFTER_MAX  1500  /* bytes of positions */
#define LIVE_WORKERS    8     /* batches under way at once */
#define LIVE_TOLD_FEW   64    /* records that a principal was told of and are remembered; a power of two */
#define LIVE_TOLD_MANY  2048

/* A set of modules, by their place in cauce_modules. */
typedef struct LiveMask {
        uint64_t bits[LIVE_MODULES / 64];
} LiveMask;

typedef enum LiveType {
        LIVE_CREATED = 1, /* as cauce.EventType */
        LIVE_UPDATED,
        LIVE_DELETED,
        LIVE_RESTORED,
        LIVE_ERASED,
        LIVE_GONE, /* not seen any more */
        LIVE_TYPE_MAX
} LiveType;

typedef struct LiveEvent {
        Uuid record;
        int64_t seq, version;
        uint64_t owner, assigned; /* whom the change took it from, by uuid_end; 0 = nobody */
        uint16_t module;
        uint8_t type;
} LiveEvent;

/* What is known of one service's events. */
typedef struct LiveService {
        struct Live *live;
        const char *name;
        Task *task;
        bool known;      /* at and from are */
        bool gap;        /* some after `at` may not have been heard: it is asked */
        int64_t at;      /* every event up to here has been heard; none is missing after `from` */
        int64_t from;    /* the log has every event after this that has been heard */
        int64_t horizon; /* the newest that the service has told when it was asked */
        int64_t newest;  /* that has been heard */
        /* Events before the log's, fetched for those who were away. */
        bool fetching;
        Arena *older_arena;
        LiveEvent *older;
        unsigned n_older;
        int64_t older_from, older_to; /* all of older_from < seq <= older_to */
} LiveService;

typedef struct LivePrincipal LivePrincipal;
typedef struct LiveStream LiveStream;

/* Events that a stream missed. */
typedef struct LiveResume {
        Arena *arena; /* its own */
        LiveEvent *events;
        unsigned n;
} LiveResume;

struct LiveStream {
        LiveStream *prev, *next;      /* of all: what was sent to longest ago first */
        LiveStream *peer_prev, *peer; /* of the same principal */
        struct Live *live;
        LivePrincipal *principal;
        HttpStream *http;
        uint64_t serial;
        uint8_t token[CACHE_KEY]; /* its hash */
        Uuid session;
        int64_t expires_at; /* of the session */
        LiveMask wanted;
        uint64_t from; /* the log's event with which it begins */
        LiveResume resume;
        int64_t sent_at;    /* monotonic, as lags_since and second */
        int64_t lags_since; /* 0 = it keeps up */
        int64_t second;
        unsigned in_second; /* record messages sent in it */
        bool check;         /* the session may have ended */
        bool reset;         /* to be told to begin anew */
};

struct LivePrincipal {
        LivePrincipal *prev, *next, *in_bucket, *in_queue;
        Uuid user, key; /* key: nil = signed in */
        LiveStream *streams;
        bool queued, busy;
        bool rights_known;
        bool due; /* there is something to do, at due_at (monotonic) or when it is not busy any more */
        int64_t due_at, cut_at;
        uint64_t cursor;                      /* the log's next event */
        uint64_t session_epoch, rights_epoch; /* as of which the sessions and `may` are known */
        LiveMask may;                         /* modules that it may see */
        LiveMask all;                         /* and every record of them */
        LiveMask interest;                    /* what its streams show of it */
        LiveMask owed; /* nobody could say what is seen: begin anew when somebody can */
        uint64_t rights_hash;
        int64_t at[LIVE_SERVICES]; /* what its streams were told of */
        uint64_t *told;
        unsigned told_size, n_told;
};

typedef struct Live {
        Gateway *gateway;
        Arena *arena; /* of what lives on: streams, principals and their tables are used again */
        bool started, stopping;
        unsigned n_modules, n_services;
        uint8_t service_of[LIVE_MODULES];
        int user, session, api_key; /* modules whose events end streams; -1 = not there */
        LiveService services[LIVE_SERVICES];
        uint64_t reconnects;
        LiveEvent *log;
        uint64_t head;   /* events ever put into the log */
        uint64_t marked; /* those that principals have been told to look at */
        LiveMask dirty;
        Task *hub;
        LiveStream streams; /* the ring's head */
        unsigned n_streams, n_lagging;
        uint64_t serial;
        LivePrincipal *principals, *buckets[1024];
        LivePrincipal *queue, **queue_end;
        Task *idle[LIVE_WORKERS];
        unsigned n_idle;
        LiveStream *free_streams;
        LivePrincipal *free_principals;
        uint64_t *free_told[2];
        Arena *decoding;
        uint64_t events, messages, asked, resets, many;
        unsigned most; /* streams at once */
} Live;

static inline bool mask_has(const LiveMask *mask, unsigned module)
{
        return mask->bits[module / 64] >> module % 64 & 1;
}

static inline void mask_add(LiveMask *mask, unsigned module)
{
        mask->bits[module / 64] |= UINT64_C(1) << module % 64;
}

static inline LiveMask mask_and(const LiveMask *a, const LiveMask *b)
{
        LiveMask both = {};
        for (unsigned i = 0; i < LIVE_MODULES / 64; i++)
                both.bits[i] = a->bits[i] & b->bits[i];
        return both;
}

static inline bool mask_any(const LiveMask *mask)
{
        uint64_t any = 0;
        for (unsigned i = 0; i < LIVE_MODULES / 64; i++)
                any |= mask->bits[i];
        return any != 0;
}

/* The random end of an id. */
static inline uint64_t uuid_end(const void *id)
{
        uint64_t end;
        __builtin_memcpy(&end, (const uint8_t *)id + 8, sizeof end);
        return end;
}

/* ---- live_source.c ---- */
/* From the first stream on: hears events. */
bool live_source_start(Live *live);
/* Parks until it is known where the services of these modules are. Not for long: of one that does not answer
 * everything that comes is told, and its position is 0. */
void live_source_await(const Live *live, const LiveMask *shown);
/* Was the connection lost? What comes after it does not say that nothing came before. */
void live_source_look(Live *live);
/* ---- live_log.c ---- */
/* The module's place in cauce_modules; -1 = there is none. */
int live_module(const Live *live, Str key);
/* A message of ev.>: one event or a batch. */
void live_log_message(Live *live, bool batch, const void *data, size_t len);
void live_log_add(Live *live, const Cauce__Event *event);
/* Of what `rpc.<service>.events` gave; false = not an event of a module that is known here. */
bool live_event(const Live *live, const Cauce__Event *event, LiveEvent *ret);

/* ---- live_resume.c ---- */
/* What came after the positions, for the modules shown; parks. False: too much or too long ago. `ret_at`: the
 * positions as they were understood. */
bool live_resume(Exchange *x, Live *live, Str after, const LiveMask *shown, LiveResume *ret,
        int64_t ret_at[static LIVE_SERVICES]);
/* "leads:1234,activities:55": of the services of those modules. */
void live_positions(
        const Live *live, const LiveMask *shown, const int64_t at[static LIVE_SERVICES], StrBuf *out);

/* ---- live_hub.c ---- */
bool live_hub_start(Live *live);
/* The principal's sessions, rights or events are looked at, at once or `pause_us` later. */
void live_due(Live *live, LivePrincipal *principal, int64_t pause_us);
void live_wake(Live *live);
/* Sessions that an event of identity may have ended. */
void live_check_event(Live *live, const LiveEvent *event);

/* ---- live_principal.c ---- */
LivePrincipal *live_principal(Live *live, const Uuid *user, const Uuid *key);
/* Gives it back when nothing needs it any more. */
void live_principal_release(Live *live, LivePrincipal *principal);
/* What identity said of it, as of the request's epoch. */
void live_principal_rights(Req *rq, const Live *live, LivePrincipal *principal, const RightsReply *rights);
void live_principal_interest(LivePrincipal *principal);
/* Up to where its streams have been told everything. */
const int64_t *live_principal_at(const Live *live, LivePrincipal *principal);
/* Remembers that it was told of the record; forgets it, and says whether it was. */
void live_told(Live *live, LivePrincipal *principal, unsigned module, const Uuid *record);
bool live_told_forget(LivePrincipal *principal, unsigned module, const Uuid *record);

/* ---- live_batch.c ---- */
typedef struct LiveItem {
        LiveEvent event;
        uint64_t index; /* in the log, of its newest event */
        bool visible;
        bool taken; /* not seen any more by somebody who saw it */
} LiveItem;

/* A principal's turn, while it lasts. */
typedef struct LiveTurn {
        Live *live;
        LivePrincipal *principal;
        Arena *arena;
        Exchange x;
        /* what is asked and answered */
        uint8_t token[CACHE_KEY];
        const Session *session;
        const RightsReply *rights;
        const char *subject;
        Cauce__VisibleRequest in;
        const Cauce__VisibleReply *reply;
        /* what changed: each record once */
        LiveItem *items;
        unsigned n_items;
        uint32_t *index; /* hash of module and record to the place in items, plus 1 */
        uint32_t index_mask;
} LiveTurn;

/* Its sessions, its rights, what its streams missed, what is new. In a task. */
void live_batch(Live *live, LivePrincipal *principal, Arena *arena);
/* Runs the body as a request of the principal: 0, or the status of the refusal. */
int live_ask(LiveTurn *turn, void (*body)(Req *rq, void *arg));

/* ---- live_seen.c ---- */
/* Begins anew, with room for so many. */
void live_items(LiveTurn *turn, uint64_t max);
/* Changes of one record are one: the newest, and created if that is how it began. */
void live_item_add(LiveTurn *turn, const LiveEvent *event, uint64_t index);
/* Marks what is seen; the modules of which nobody could say it are in the answer. */
LiveMask live_see(LiveTurn *turn);
/* One module's. False: nobody could say. */
bool live_see_module(LiveTurn *turn, unsigned module);
/* Remembers what is told; what is not seen and was told before is marked `taken`. */
void live_items_told(LiveTurn *turn, const LiveMask *failed);

/* ---- live_stream.c ---- */
LiveStream *live_stream_new(Live *live, LivePrincipal *principal);
/* It has no http yet, or not any more. */
void live_stream_free(Live *live, LiveStream *stream);
void live_stream_gone(void *arg);
LiveMask live_stream_shown(const LiveStream *stream);
/* Sends text that ends messages; false = the stream is not there any more. */
bool live_stream_send(Live *live, LiveStream *stream, const StrBuf *text);
/* Sends the last message ("" = none) and ends it. */
void live_stream_end(Live *live, LiveStream *stream, const char *text);
/* Those items that it is to be told, or how many there are. `at`: positions reached with them; NULL = none.
 */
void live_stream_tell(
        Live *live, LiveStream *stream, const LiveItem *items, unsigned n, const int64_t *at, Arena *arena);
void live_stream_reset(Live *live, LiveStream *stream, Arena *arena);
/* {"modules": [...]}: what it shows from now on. */
void live_stream_modules(const Live *live, const LiveStream *stream, StrBuf *out);
/* Heartbeats, and those that lag. */
void live_streams_tend(Live *live, Arena *arena);
