#pragma once

#include "entity/authz.h"

/* Keeping the generation in force up to date: who hears of a change of identity's records, and who waits for
 * it (authz_wait.c); the copies (authz_copies.c, authz_merge.c); in identity itself the epoch
 * (authz_epoch.c).
 *
 * Two numbers are told by identity, and grow:
 * `rights` is the seq of the newest event of the modules that a generation is made of, told once everything
 * up to it is committed: a generation with that seq in it has every change before. Requests carry it.
 * `epoch` moves whenever such an event, or one by which a session ends, is seen for the first time: it is a
 * number of the database's transaction counter. Whatever is read after it was told has all that it stands
 * for; it is for those who remember sessions. */

typedef struct AuthzEpoch {
        uint64_t epoch, rights;
} AuthzEpoch;

/* "<epoch> <rights>", as it is told; false = it is something else. */
bool authz_epoch_parse(Str text, AuthzEpoch *ret);

/* Elsewhere than in identity: the consumer that keeps authz_copy. Everywhere: the task that reads a
 * generation, and another whenever there is something new. With the other subscriptions, before the first
 * task switch. 0 or a negative errno. */
int authz_start(Entity *entity);
/* Ends the task; from a task. Sets entity->stopping. */
void authz_stop(Entity *entity);
/* Once nothing can reach it any more: neither the bus nor the consumers. */
void authz_watch_free(Entity *entity);

/* Something was committed in this service: in identity it is looked at whether the epoch moves. Cheap. */
void authz_committed(Entity *entity);

/* ---- in identity alone ---- */
/* As far as this replica knows now: whatever is read from the tables after this call has everything up to
 * it. */
AuthzEpoch authz_epoch(const Entity *entity);
/* The same after a look at the database, unless that takes beyond the deadline (monotonic); parks. */
AuthzEpoch authz_epoch_look(Entity *entity, int64_t deadline);
/* Every event up to here is committed, as far as is known; 0 elsewhere. */
int64_t authz_settled(const Entity *entity);
