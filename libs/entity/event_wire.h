#pragma once

#include "entity.cauce.h"
#include "entity/events.h"

/* Event rows as cauce.Event, and their subjects. Everything is made in the arena; texts are borrowed from the
 * rows. */

/* Of `event e`, in the order in which event_from_row reads them. */
#define EVENT_COLUMNS                                                                                          \
        "e.seq, e.event_id, e.module, e.record, e.version, e.type, e.at, e.actor, e.trace, e.job, e.changed, " \
        "e.before, e.after"
#define EVENT_N_COLUMNS 13

/* A message above this is split (a batch) or loses its images (one event), so that every one of them can be
 * published. */
#define EVENT_BYTES_MAX ((size_t)1 << 20)

/* `service` is the one whose row it is: it completes the module's name. */
Cauce__Event *event_from_row(Arena *arena, const char *service, const PgRows *rows, int row, int first);
/* Drops `before`, then `after`, when the event is too large to be published whole. Returns its packed size.
 */
size_t event_fit(Cauce__Event *event);
void *event_pack(Arena *arena, const ProtobufCMessage *message, size_t *ret_len);

/* "ev.<service>.<partition>.<module>.<what>": the event's type, or "batch". `module` is its key,
 * "leads.lead". */
const char *event_subject(Arena *arena, const char *module, const Uuid *record, const char *what);

Uuid event_uuid(ProtobufCBinaryData data); /* nil when it is not 16 bytes */
/* Gives a received event's module and images as messages. The rest of `ret` is the caller's. 0, or -EINVAL
 * for an image that is not the module's message. */
int event_open(Arena *arena, const Cauce__Event *event, EventIn *ret);
/* A message from the bus: one event, or those of a batch (by its subject). 0 or -EINVAL. */
int event_unpack(Arena *arena, const char *subject, const void *data, size_t len, Cauce__Event ***ret,
        unsigned *ret_n);
