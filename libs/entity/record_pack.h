#pragma once

#include "base/meta.h"

/* Appends the record in protobuf's wire format, of the given fields alone, for a record of which most others
 * are not set: a list's. Fields that are not set are left out; each must be of a type that a module's column
 * or its labels have. */
void record_pack(StrBuf *buf, const Field *const *fields, unsigned n, const ProtobufCMessage *record);
