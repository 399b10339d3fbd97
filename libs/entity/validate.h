#pragma once

#include "entity/hooks.h"
#include "entity/record.h"
#include "entity/runtime.h"

/* Brings every changed value to its canonical form (trimmed text, E.164, e-mail in lower case, tax id with
 * its digit, custom values by their kind) and checks it; all problems are told at once, then the request
 * ends. References must exist. */
void validate_change(Req *rq, const ModuleRuntime *module, const Change *change);
/* The same, but the request goes on with its problems noted. True: there are none. */
bool validate_try(Req *rq, const ModuleRuntime *module, const Change *change);

/* What protobuf itself does not check of a record from the bus: ids of 16 bytes, texts in UTF-8. Ends the
 * request. */
void validate_shape(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record);

/* One text to a value of the field, in the notation of URLs and CSV files. False: not valid; *ret_code and
 * *ret_arg say why. An empty text is null. */
bool validate_text(Arena *arena, const Entity *entity, const Field *field, Str text, Value *ret,
        MsgCode *ret_code, const char **ret_arg);
