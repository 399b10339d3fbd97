#pragma once

#include "entity/authz.h"
#include "entity/runtime.h"

/* One person's access to one module, worked out from a generation of authz and kept with it; held by the
 * arena of the request. */

struct Cauce__Filter;

typedef enum AccessRight {
        ACCESS_SEE = 1 << 0,
        ACCESS_CREATE = 1 << 1,
        ACCESS_CHANGE = 1 << 2,
        ACCESS_DELETE = 1 << 3,
        ACCESS_IMPORT = 1 << 4,
        ACCESS_EXPORT = 1 << 5,
        ACCESS_MASS_DELETE = 1 << 6,
        ACCESS_DUPLICATE = 1 << 7,
        ACCESS_MASS_DUPLICATE = 1 << 8,
        ACCESS_SETTINGS = 1 << 9,
} AccessRight;
#define ACCESS_RIGHTS 10
extern const char *const access_right_names[ACCESS_RIGHTS]; /* by bit: "see" */

typedef enum AccessMoment {
        ACCESS_ON_VIEW = 1 << 0,
        ACCESS_ON_CREATE = 1 << 1,
        ACCESS_ON_CHANGE = 1 << 2,
} AccessMoment;

/* A sharing rule with a condition. */
typedef struct AccessRule {
        const AuthzRule *rule;
        bool change;
        bool everybody; /* records of anybody, ownerless ones too */
        unsigned n;
        const Uuid *owners;           /* sorted; when not everybody */
        struct Cauce__Filter *filter; /* readable for this module's fields; a rule that is not is left out */
} AccessRule;

typedef struct ModuleAccess {
        const ModuleRuntime *module;
        uint32_t rights; /* AccessRight bits: profile ∩ scopes, less what the module's flags close */
        bool see_all, change_all;
        /* Whose records, as owner or assignee, by roles and by rules without a condition; sorted. */
        unsigned n_see, n_change;
        const Uuid *see, *change;
        unsigned n_rules;
        const AccessRule *rules;
        bool withholds;         /* any field at all */
        const uint8_t *columns; /* AccessMoment bits that are withheld, by position in module->columns */
        const uint8_t *custom;  /* and in module->custom */
        bool label_withheld;
} ModuleAccess;

typedef struct Principal {
        const Authz *authz;
        uint32_t user;       /* index */
        uint32_t key;        /* AUTHZ_NONE = a session */
        bool administrator;  /* a person's; an administrator's key is bound to its scopes */
        struct Works *works; /* what it stands in (principal.c) */
} Principal;

/* Of the request, found once: ends it with SIGN_IN when nobody active stands behind it. NULL for the system.
 */
const Principal *principal_of(Req *rq);
/* Its access to a module of this service. NULL for the system, which may do all. */
const ModuleAccess *principal_access(Req *rq, const ModuleRuntime *module);
/* Somebody else's, as a session's: for `explain`. */
const ModuleAccess *principal_access_of(Req *rq, const ModuleRuntime *module, uint32_t user);
