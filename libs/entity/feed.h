#pragma once

#include "entity/event_wire.h"
#include "entity/events_private.h"
#include "entity/lease.h"

/* One source's events into this service's consumers. feed.c: the task, the order of the stream; feed_apply.c:
 * the transaction that applies; catch_up.c: what the stream no longer has; dead_letter.c: what cannot be
 * applied. */

#define FEED_CONSUMERS_MAX 8
#define FEED_MESSAGES_MAX  256 /* = the durable's max_ack_pending */

struct Feed {
        Feed *next;
        Entity *entity;
        char *source; /* "leads" */
        char *stream; /* "LEADS" */
        unsigned n;
        const Consumer *consumers[FEED_CONSUMERS_MAX];
        Lease lease;
        PgConn *conn;
        int64_t stream_seq; /* of consumer_state */
        int64_t settled;
        int64_t wanted; /* somebody waits until it is settled, and the owner is asked; 0 = nobody */
        int64_t wanted_until;
        bool restart;   /* consumers are to be started anew: one has lost its place */
        unsigned fetch; /* messages to ask for next */
        int64_t checked_at, replayed_at;
};

/* An event to apply. */
typedef struct FeedItem {
        EventIn in;
        const char *unreadable; /* why, when it is parked unseen; NULL = readable */
} FeedItem;

/* The feed of a source; NULL = none was started. */
Feed *feed_of(const Entity *entity, const char *source);
/* The holder is to ask the owner for a while, until that much is settled. */
void feed_want(Feed *feed, int64_t seq);

/* ---- transactions: each begins with the lease's fence ---- */
/* BEGIN, the fence and the statements in one go. 0 with the transaction open, or LEASE_LOST, a pg outcome or
 * < 0 with it rolled back. `ret` gets the statements' rows. */
int feed_begin(Feed *feed, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret);
/* The statements and COMMIT; rolled back when it does not return 0. */
int feed_commit(Feed *feed, Arena *arena, const PgStmt *stmts, unsigned n);
void feed_rollback(Feed *feed);
/* A whole transaction of these. */
int feed_transaction(Feed *feed, Arena *arena, const PgStmt *stmts, unsigned n, PgRows **ret);

/* ---- applying ---- */
/* Applies fetched messages in the stream's order and acknowledges them; gives back what could not be applied.
 * 0; > 0: a hole in the stream and its owner is away; LEASE_LOST; < 0. */
int feed_batch(Feed *feed, Arena *arena, BusMessage *messages, unsigned n);
/* Fills an item from a received event. */
FeedItem feed_item(Feed *feed, Arena *arena, const Cauce__Event *event);
/* Applies the items to every consumer and moves the position (never back: `settled`). Poison is parked. 0;
 * LEASE_LOST or < 0: nothing is settled, try again. */
int feed_apply(Feed *feed, FeedItem *items, unsigned n, int64_t stream_seq, int64_t settled);
/* One item to one consumer inside an open transaction: 0, > 0 poison with its reason in the arena, < 0. */
int feed_apply_one(Feed *feed, const Consumer *consumer, FeedItem *item, const char **ret_reason);
PgStmt feed_position_stmt(Feed *feed, Arena *arena, int64_t stream_seq, int64_t settled);

/* ---- catching up ---- */
/* Applies what the owner has after `settled`. 0; > 0: the owner does not answer (BUS_E_*); LEASE_LOST; < 0.
 */
int catch_up(Feed *feed);
/* The same for what the owner knows to be settled, up to `seq`: without waiting for what runs there now. */
int catch_up_to(Feed *feed, int64_t seq);
/* The owner's horizon now: 0, > 0 or < 0. */
int catch_up_horizon(Feed *feed, int64_t *ret);

/* ---- dead letters ---- */
PgStmt dead_letter_stmt(
        Feed *feed, Arena *arena, const Consumer *consumer, const FeedItem *item, const char *reason);
/* Tries those again that a person has marked. 0, LEASE_LOST or < 0. */
int dead_letters_retry(Feed *feed);
