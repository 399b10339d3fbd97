#pragma once

#include "entity/runtime.h"
#include "entity/write.h"

/* What people send about one record, checked against what they may do: for the verbs and for bulk requests.
 * Every function returns a usable value or ends the request. */

struct Cauce__UpdateRequest;
struct Cauce__BulkOperation;

/* NOT_FOUND when it is none. */
Uuid sent_id(Req *rq, protobuf_c_boolean has, ProtobufCBinaryData data);
/* A record to be created; the rights and its fields were checked. */
ProtobufCMessage *sent_new(Req *rq, const ModuleRuntime *module, ProtobufCBinaryData data);
/* The record with the change in it, and as it is. Ends with STALE when the version is another. */
ProtobufCMessage *sent_change(Req *rq, const ModuleRuntime *module, const struct Cauce__UpdateRequest *update,
        const ProtobufCMessage **ret_before);
/* The same over a record that was read; no version is asked for. */
ProtobufCMessage *sent_merge(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before,
        const ProtobufCMessage *change, const struct Cauce__UpdateRequest *update);
/* The record of a change: what protobuf itself does not check is checked. */
ProtobufCMessage *sent_record(Req *rq, const ModuleRuntime *module, ProtobufCBinaryData data);

/* An operation of a bulk request, up to its statement. */
void sent_prepare(Req *rq, const ModuleRuntime *module, const struct Cauce__BulkOperation *in, Write *ret);
