#pragma once

#include "entity/req.h"

struct Cauce__DeadLettersRequest;
struct Cauce__DeadLettersReply;
struct Cauce__DeadLetterRequest;
struct Cauce__DeadLetter;

/* What this service's consumers have parked, for administrators (EVENTS.md). */

/* Those at the head of their record's queue, the oldest first. */
void dead_letters_list(
        Req *rq, const struct Cauce__DeadLettersRequest *in, struct Cauce__DeadLettersReply *ret);
/* Marks the letter's whole queue, which the consumer tries in order within seconds, up to the first that is
 * refused again. Returns the letter. CONFLICT when it was applied or dropped, or is not the head. */
const struct Cauce__DeadLetter *dead_letter_retry(Req *rq, const struct Cauce__DeadLetterRequest *in);
/* Leaves the head out for good and has those behind it tried. */
const struct Cauce__DeadLetter *dead_letter_drop(Req *rq, const struct Cauce__DeadLetterRequest *in);
