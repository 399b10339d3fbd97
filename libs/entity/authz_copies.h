#pragma once

#include "entity/authz_private.h"

/* The rows of authz_copy. */

typedef struct AuthzCopy {
        const Module *module;
        Uuid id;
        int64_t version;
        ProtobufCMessage *record;
} AuthzCopy;

/* Writes them where there is no higher version; each record once. */
PgStmt authz_copy_stmt(Arena *arena, const AuthzCopy *list, unsigned n);
/* What a module's copy is called in copy_state. */
const char *authz_source(Arena *arena, const char *module);
/* An EventApplyAll. */
int authz_merge(Entity *entity, const EventIn *const *in, unsigned n, const char **ret_reason);
