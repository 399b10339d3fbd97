#pragma once

#include <nats/nats.h>
#include <nats/version.h>
#include <stdbool.h>

/* Functions that libnats exports without declaring them in nats.h. They are the same in all of its releases
 * with major version 3; a library that hides them fails to link. Each is used where the public interface
 * can't do the job:
 *
 * - A filter sees each message on the thread that reads it, here the loop's. natsSubscription_NextMsg
 * destroys a "no responders" status without saying which request it answers, and rewrites the headers of
 * messages without data.
 * - natsMsg_Destroy hands the message to a thread that frees it, and wakes that thread.
 * - natsMsgHeader_Set builds a hash table to send one header: a request cost 5 µs of CPU, and costs 1.3 when
 * its headers are appended to the output buffer as they stand. */
#if NATS_VERSION_MAJOR != 3
#error "check the functions of this file against this version of libnats"
#endif

typedef void (*natsMsgFilter)(natsConnection *nc, natsMsg **msg, void *closure);
void natsConn_setFilterWithClosure(natsConnection *nc, natsMsgFilter filter, void *closure);

void natsMsg_free(void *msg);

void natsConn_lockAndRetain(natsConnection *nc);
void natsConn_unlockAndRelease(natsConnection *nc);
/* With the lock held. */
bool natsConn_isClosed(natsConnection *nc);
natsStatus natsConn_bufferWrite(natsConnection *nc, const char *buffer, int len);
natsStatus natsConn_flushOrKickFlusher(natsConnection *nc);
