#pragma once

#include "entity/hooks.h"
#include "identity.cauce.h"

/* What the rules of people, roles, profiles and keys share. */

/* The statement gives a row. */
bool rows_exist(Req *rq, const char *sql, const PgArgs *args);
/* A reference of a record whose shape was checked; nil when it is absent. */
Uuid reference_of(protobuf_c_boolean has, ProtobufCBinaryData data);
/* Is the person who asks, or for whom the system imports a row, an administrator? Through an API key nobody
 * is. */
bool asks_administrator(Req *rq);

/* ---- what profiles and keys grant (grant.c) ---- */

/* "leads.lead:see" of a module and a right that exist. */
bool grant_valid(const char *grant);
/* "leads.lead.phone:view", "leads.lead.custom.visits:change" of a field that exists or may. */
bool denial_valid(const char *denial);
/* Those of the record as it was. */
typedef struct TextsBefore {
        size_t n;
        char **texts;
} TextsBefore;
/* Sorts them, takes out what stands there twice and notes, at `field`, each of the others that is not valid
 * and did not stand there `before` (NULL: nothing did): what names a module that is gone may stay. */
void texts_check(Req *rq, const char *field, size_t *n, char **texts, const TextsBefore *before,
        bool (*valid)(const char *text), MsgCode refused);

/* ---- the first start (seed.c) ---- */

/* Three profiles to begin with, made of the modules there are; once. */
void seed_profiles(Req *rq);
