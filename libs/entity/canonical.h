#pragma once

#include "entity/entity.h"
#include "entity/record.h"

/* One value of one field in its canonical form. */

typedef struct Canonical {
        Arena *arena;
        const Entity *entity;
        const Field *field;
        const char *id_type, *city; /* of the same record; NULL = unknown */
        MsgCode code;               /* why it failed */
        const char *arg;            /* in the arena; NULL = none */
} Canonical;

/* From text as in URLs and files, by the field's kind; an empty text is null. */
bool canonical_parse(Canonical *canonical, Str text, Value *ret);
/* A text-like kind alone: trimmed, checked, normalised. */
bool canonical_text(Canonical *canonical, Str text, Value *ret);
/* Whether a number kind takes the value. */
bool canonical_range(Canonical *canonical, int64_t number);
/* "integer", for WRONG_TYPE. */
const char *canonical_kind_name(Kind kind);
