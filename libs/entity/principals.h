#pragma once

#include "entity/principal.h"

/* What has been worked out of a generation's people so far. Begun anew when the modules in force change and
 * when it has grown large; what was given out lives as long as the arenas that hold it. */

typedef struct Principals Principals;

#define PRINCIPALS_MOST ((size_t)8 << 20) /* bytes, and what the last one needs */

Principals *principals_new(const Authz *authz);
void principals_free(Principals *principals); /* accepts NULL */
size_t principals_bytes(const Principals *principals);

/* Works an access out (principal_access.c); all of it in the arena. */
void principal_access_make(Arena *arena, const Entity *entity, const Principal *principal,
        const ModuleRuntime *module, ModuleAccess *ret);
/* Rights and withheld fields alone, of any service's module: its records are not looked at. */
void principal_rights_make(
        Arena *arena, const Principal *principal, const ModuleRuntime *module, ModuleAccess *ret);
/* The default level of the module in force. */
ModuleAccessLevel principal_default(const Authz *authz, const Module *module);
/* Is the right granted by the profile, by the key's scopes? The module's flags are not looked at. */
bool profile_grants(const AuthzProfile *profile, const Module *module, unsigned right);
