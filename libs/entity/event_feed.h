#pragma once

#include "entity/runtime.h"

struct Cauce__FeedRequest;
struct Cauce__FeedReply;

/* The log of a service as one person may see it now (EVENTS.md): of records that are seen, without what may
 * not be viewed. Looks at so many events at most and says how far it came, also when it found nothing. A
 * limit of 0 asks for the place alone. */

#define FEED_LIMIT_DEFAULT 100
#define FEED_LIMIT_MAX     1000
#define FEED_SCAN_MAX      5000 /* events that one request looks at */

void entity_feed(Req *rq, const struct Cauce__FeedRequest *in, struct Cauce__FeedReply *ret);
