#pragma once

#include "entity/authz_wait.h"
#include "entity/feed.h"

/* What authz_wait.c, authz_copies.c and authz_epoch.c share: one per Entity. */

#define AUTHZ_SOURCE "identity"
#define AUTHZ_COPIES "authz:" /* of the copies' names in copy_state: "authz:identity.role" */

typedef struct AuthzWaiter AuthzWaiter;

typedef struct AuthzWatch {
        Entity *entity;
        Task *task, *stopper;
        bool sleeping, poked, ended;
        bool retrying; /* requests wait for what the last look did not find */
        AuthzWaiter *waiters;
        unsigned begun, done; /* looks */
        int result;           /* of the last one: 0 or a pg code */
        uint64_t wanted;      /* the newest epoch that a request came with */
        /* Elsewhere than in identity. */
        int64_t changes; /* of the copies, when the generation was read */
        int64_t touched; /* the newest event that was merged; 0 = its being settled has been told to all */
        bool copied;     /* one was, in the transaction under way */
        /* In identity. */
        AuthzEpoch known;
        int64_t horizon;     /* every event up to here is committed and was looked at; -1 = not known yet */
        int64_t pending;     /* will be the horizon, */
        int64_t pending_xid; /* once no transaction up to this one runs; 0 = none is pending */
        int64_t seen,
                seen_rights; /* events after the horizon that were shown: all, of a generation's modules */
} AuthzWatch;

/* The module of a generation that has this key; NULL = none. */
const Module *authz_module(const char *key);

/* A look at the database, by the watch's task: 0 or a pg code. */
int authz_copies_look(AuthzWatch *watch);
int authz_epoch_refresh(AuthzWatch *watch);
int authz_copies_start(Entity *entity);
int authz_epoch_start(Entity *entity);
/* Looks soon. */
void authz_wake(AuthzWatch *watch);
/* 0: the same on every replica. Else: an epoch that requests wait for, which the holder of the lease is to
 * ask identity for. */
void authz_tell(AuthzWatch *watch, uint64_t wanted);
/* Parks until a look has ended, the one under way or the next, at most until `deadline`. */
void authz_wait_look(AuthzWatch *watch, int64_t deadline);
