#pragma once

#include "entity/runtime.h"

/* A new record, to be stored, with what the principal may view of this one and give on creating. Unique and
 * system-set fields are left out; the owner is who asks. Needs the rights to duplicate it and to create. */
ProtobufCMessage *entity_copy(Req *rq, const ModuleRuntime *module, const Uuid *id);
