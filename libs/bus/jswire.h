#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "bus/bus.h"

/* JetStream's documents and subjects. Private to libs/bus. */

typedef struct PubAck {
        int error; /* JetStream's err_code; 0 = stored */
        uint64_t seq;
        bool duplicate;
} PubAck;

/* {"stream":"S","seq":1,"duplicate":true} or {"error":{"code":400,"err_code":10071}}. 0 or -EINVAL. */
int puback_parse(Arena *arena, Str json, PubAck *ret);
/* The answer of $JS.API.STREAM.INFO: state.last_seq, or an error as above in `ret_error`. 0 or -EINVAL. */
int stream_info_parse(Arena *arena, Str json, uint64_t *ret_last_seq, int *ret_error);

typedef struct AckSubject {
        Str stream, durable;
        uint64_t delivered, stream_seq, pending;
} AckSubject;

/* $JS.ACK.<stream>.<durable>.<delivered>.<stream seq>.<durable seq>.<time>.<pending>, or the form with domain
 * and account before the stream and a random token at the end. 0 or -EINVAL. */
int ack_subject_parse(Str subject, AckSubject *ret);
