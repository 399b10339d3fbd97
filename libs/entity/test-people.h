#pragma once

#include <string.h>

#include "entity/test-runtime.h"

/* A company for tests: identity's records by short names, made into a generation. Included by tests alone. */

#define PEOPLE_MAX 12000

typedef struct People {
        Arena *arena;
        unsigned n;
        AuthzRecord records[PEOPLE_MAX];
        Uuid ids[PEOPLE_MAX];
        const char *names[PEOPLE_MAX]; /* NULL = of a record that is not referred to */
} People;

/* Ids come in no order. */
static Uuid people_id(const People *people)
{
        Uuid id = {};

        id.b[0] = (uint8_t)(people->n * 167 + 13);
        id.b[1] = (uint8_t)((people->n >> 8) * 59 + 1);
        memcpy(id.b + 8, &people->n, sizeof people->n);
        return id;
}

/* Puts the record in; NULL name = nothing refers to it. */
static Uuid people_add(People *people, const Module *module, const char *name, ProtobufCMessage *record)
{
        RecordHead *head = record_head(record);
        Uuid id = people_id(people);

        record_set_uuid(people->arena, &head->id, &head->has_id, &id);
        head->label = (char *)(name ? name : "");
        people->ids[people->n] = id;
        people->names[people->n] = name;
        people->records[people->n++] = (AuthzRecord){module, record};
        return id;
}

/* A name that nobody has is an id that is gone. */
static inline Uuid people_find(const People *people, const char *name)
{
        Uuid gone = {.b = {0xff, 0xff, 0xff}};

        for (unsigned i = 0; i < people->n; i++)
                if (people->names[i] && streq(people->names[i], name))
                        return people->ids[i];
        return gone;
}

static inline void people_refer(
        const People *people, const char *name, ProtobufCBinaryData *ret, protobuf_c_boolean *ret_has)
{
        Uuid id;

        if (!name)
                return;
        id = people_find(people, name);
        record_set_uuid(people->arena, ret, ret_has, &id);
}

static inline void people_role(People *people, const char *name, const char *parent)
{
        Role *role = (Role *)record_new(people->arena, &role_meta);

        people_refer(people, parent, &role->parent, &role->has_parent);
        (void)people_add(people, &role_module, name, &role->base);
}

/* The list ends with NULL. */
static inline char **people_texts(People *people, const char *const *texts, size_t *ret_n)
{
        char **copy = arena_array(people->arena, 40, sizeof *copy);

        for (*ret_n = 0; texts && texts[*ret_n]; (*ret_n)++)
                copy[*ret_n] = arena_strdup(people->arena, texts[*ret_n]);
        return copy;
}

static inline void people_profile(
        People *people, const char *name, const char *const *grants, const char *const *denials)
{
        Profile *profile = (Profile *)record_new(people->arena, &profile_meta);

        profile->grants = people_texts(people, grants, &profile->n_grants);
        profile->denials = people_texts(people, denials, &profile->n_denials);
        (void)people_add(people, &profile_module, name, &profile->base);
}

static inline User *people_user(People *people, const char *name, const char *role, const char *profile)
{
        User *user = (User *)record_new(people->arena, &user_meta);

        people_refer(people, role, &user->role, &user->has_role);
        people_refer(people, profile, &user->profile, &user->has_profile);
        (void)people_add(people, &user_module, name, &user->base);
        return user;
}

static inline void people_group(People *people, const char *name)
{
        (void)people_add(people, &group_module, name, record_new(people->arena, &group_meta));
}

static inline Member *people_member(People *people, const char *group, const char *user)
{
        Member *member = (Member *)record_new(people->arena, &member_meta);

        people_refer(people, group, &member->member_of, &member->has_member_of);
        people_refer(people, user, &member->person, &member->has_person);
        (void)people_add(people, &member_module, NULL, &member->base);
        return member;
}

static inline void people_default(People *people, const char *module, const char *level)
{
        DefaultAccess *access = (DefaultAccess *)record_new(people->arena, &default_access_meta);

        access->for_module = (char *)module;
        access->level = (char *)level;
        (void)people_add(people, &default_access_module, NULL, &access->base);
}

/* "user ana", "role sales", "branch sales", "group team"; NULL = nobody. */
static inline void people_party(const People *people, const char *party, ProtobufCBinaryData *const *ids,
        protobuf_c_boolean *const *has)
{
        static const char *const kinds[] = {"user ", "role ", "branch ", "group "};

        for (unsigned i = 0; party && i < 4; i++)
                if (strncmp(party, kinds[i], strlen(kinds[i])) == 0)
                        people_refer(people, party + strlen(kinds[i]), ids[i], has[i]);
}

static inline SharingRule *people_rule(People *people, const char *name, const char *from, const char *to,
        const char *access, const char *filter)
{
        SharingRule *rule = (SharingRule *)record_new(people->arena, &sharing_rule_meta);

        rule->for_module = (char *)"leads.lead";
        rule->access = (char *)access;
        rule->filter = (char *)filter;
        people_party(people, from,
                (ProtobufCBinaryData *const[]){
                        &rule->from_user, &rule->from_role, &rule->from_branch, &rule->from_group},
                (protobuf_c_boolean *const[]){&rule->has_from_user, &rule->has_from_role,
                        &rule->has_from_branch, &rule->has_from_group});
        people_party(people, to,
                (ProtobufCBinaryData *const[]){
                        &rule->to_user, &rule->to_role, &rule->to_branch, &rule->to_group},
                (protobuf_c_boolean *const[]){
                        &rule->has_to_user, &rule->has_to_role, &rule->has_to_branch, &rule->has_to_group});
        (void)people_add(people, &sharing_rule_module, name, &rule->base);
        return rule;
}

static inline void people_key(
        People *people, const char *name, const char *user, const char *const *scopes, int64_t expires_at)
{
        ApiKey *key = (ApiKey *)record_new(people->arena, &api_key_meta);

        people_refer(people, user, &key->person, &key->has_person);
        key->scopes = people_texts(people, scopes, &key->n_scopes);
        key->has_expires_at = true;
        key->expires_at = expires_at;
        (void)people_add(people, &api_key_module, name, &key->base);
}

static inline People *people_new(void)
{
        Arena *arena = arena_new();
        People *people = arena_alloc(arena, sizeof *people);

        people->arena = arena;
        return people;
}

/* Frees the records: a generation holds nothing of them. */
static inline Authz *people_build(People *people)
{
        Authz *authz = authz_build(people->records, people->n, 7);

        return authz;
}
