#pragma once

#include "entity/req.h"

/* What every module answers (proto/entity.proto). (scan and events are the event side's.) Packed request in,
 * packed reply out. False: no such verb. */
bool entity_verb(Req *rq, Str module, Str verb, Str in, Str *ret_reply);
/* rpc.<service>.meta: the custom fields in force. */
Str entity_meta(Req *rq);

/* Unpacks a request; ends the request with BAD_REQUEST when it is not one. */
void *req_unpack(Req *rq, const ProtobufCMessageDescriptor *descriptor, Str in);
Str req_pack(Req *rq, const ProtobufCMessage *message);
