#pragma once

#include "entity/req.h"

/* What identity says of people, as this replica knows it: one immutable generation at a time. A reload makes
 * a new one; the former goes when the last arena that holds it does. Indexes stand for pointers between its
 * tables; AUTHZ_NONE = none. */

#define AUTHZ_NONE UINT32_MAX

typedef struct AuthzUser {
        Uuid id;
        const char *label;
        uint32_t role, profile;
        bool administrator, inactive, away;
        int64_t away_until; /* 0 = open */
} AuthzUser;

/* Roles of the branch below a role r are those with r.first < first < r.end: numbered from the top down. A
 * cycle, which two changes at once can make, is cut: whoever is on it reports to nobody. */
typedef struct AuthzRole {
        Uuid id;
        const char *label;
        uint32_t parent, first, end;
} AuthzRole;

typedef struct AuthzProfile {
        Uuid id;
        const char *label;
        unsigned n_grants, n_denials;
        const char *const *grants, *const *denials; /* sorted */
} AuthzProfile;

typedef struct AuthzMember {
        uint32_t user;
        unsigned weight; /* 0 = is given nothing */
} AuthzMember;

typedef struct AuthzGroup {
        Uuid id;
        const char *label;
        unsigned n_members;
        const AuthzMember *members; /* by user */
} AuthzGroup;

typedef enum AuthzPartyKind {
        PARTY_EVERYBODY,
        PARTY_USER,
        PARTY_ROLE,
        PARTY_BRANCH,
        PARTY_GROUP
} AuthzPartyKind;

typedef struct AuthzParty {
        AuthzPartyKind kind;
        uint32_t index; /* of its table */
} AuthzParty;

/* Rules that are inactive, or whose party is gone, are left out. */
typedef struct AuthzRule {
        Uuid id;
        const char *label, *module, *filter; /* filter: NULL = none */
        bool change;
        AuthzParty from, to;
} AuthzRule;

typedef struct AuthzDefault {
        const char *module;
        ModuleAccessLevel level;
} AuthzDefault;

typedef struct AuthzKey {
        Uuid id;
        uint32_t user;
        int64_t expires_at;
        unsigned n_scopes;
        const char *const *scopes; /* sorted */
} AuthzKey;

struct Authz {
        Arena *arena;
        uint64_t epoch;  /* every event of identity up to this seq is in it */
        int64_t made_at; /* monotonic */
        unsigned n_users, n_roles, n_profiles, n_groups, n_rules, n_defaults, n_keys;
        const AuthzUser *users; /* every table by id */
        const AuthzRole *roles;
        const AuthzProfile *profiles;
        const AuthzGroup *groups;
        const AuthzRule *rules;
        const AuthzDefault *defaults;
        const AuthzKey *keys;
        struct Principals *principals; /* worked out so far (principal.c) */
        unsigned refs;                 /* being in force is one */
};

/* The modules of identity that a generation is made of, NULL at the end: "identity.user", … */
extern const char *const authz_modules[];

/* Reads the records (in identity its own tables, elsewhere authz_copy) and makes the generation in force.
 * From a task; one at a time, a second caller waits for the one under way. 0 or a pg code. */
int authz_reload(Entity *entity);
void authz_done(Entity *entity);
/* A generation of these records, deleted ones left out by the caller. For authz_reload and tests. */
typedef struct AuthzRecord {
        const Module *module;
        const ProtobufCMessage *record;
} AuthzRecord;
Authz *authz_build(const AuthzRecord *records, unsigned n, uint64_t epoch);
Authz *authz_unref(Authz *authz); /* accepts NULL, returns NULL */

/* The generation in force, which lives as long as the arena from now on; NULL = there is none yet. */
const Authz *authz_hold(const Entity *entity, Arena *arena);
/* The generation that the request is answered by, held by its arena, not older than its context's epoch:
 * waits for it, and ends the request with UNAVAILABLE when it does not come. */
const Authz *authz_of(Req *rq);

/* Indexes; AUTHZ_NONE = unknown. */
uint32_t authz_user(const Authz *authz, const Uuid *id);
uint32_t authz_role(const Authz *authz, const Uuid *id);
uint32_t authz_profile(const Authz *authz, const Uuid *id);
uint32_t authz_group(const Authz *authz, const Uuid *id);
uint32_t authz_key(const Authz *authz, const Uuid *id);
/* `below`: somebody whose role is under the other's. */
bool authz_is_below(const Authz *authz, uint32_t user, uint32_t above);
bool authz_in_party(const Authz *authz, const AuthzParty *party, uint32_t user);
/* The users of a party, by id, in the arena; not for PARTY_EVERYBODY. */
unsigned authz_party_users(const Authz *authz, Arena *arena, const AuthzParty *party, const Uuid **ret);
