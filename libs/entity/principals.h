#pragma once

#include "entity/principal.h"

/* What has been worked out of a generation's people so far. Renewed when the modules in force change; what
 * was given out lives as long as the generation. */

typedef struct Principals Principals;

Principals *principals_new(const Authz *authz);
void principals_free(Principals *principals); /* accepts NULL */

/* A person, through a key or (AUTHZ_NONE) a session. */
const Principal *principals_find(const Entity *entity, const Authz *authz, uint32_t user, uint32_t key);
const ModuleAccess *principals_access(
        const Entity *entity, const Authz *authz, uint32_t user, uint32_t key, const ModuleRuntime *module);

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
