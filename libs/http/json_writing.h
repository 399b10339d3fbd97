#pragma once

#include "http/json_message.h"

struct Cauce__Custom;

/* What message_to_json and packed_to_json share. */

/* A name of the proto, which needs no escape; *comma: something stands before it. */
void json_put_key(StrBuf *buf, const char *name, bool *comma);
/* One value of a field, as a message holds it. */
void json_put_value(StrBuf *buf, const Field *field, const void *from);
void json_put_custom(StrBuf *buf, const struct Cauce__Custom *custom);
