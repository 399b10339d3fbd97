#pragma once

#include "entity/filter_match.h"
#include "entity/record.h"

/* One condition as it is tested in C: what filter_match.c and its check share. */

typedef enum FilterTest {
        TEST_EMPTY,
        TEST_FILLED,
        TEST_ANY_OF, /* of a text[]: overlaps */
        TEST_ALL_OF,
        TEST_NONE_OF, /* holds for an empty field too */
        TEST_WITHIN,
        TEST_NOT_WITHIN, /* the same */
        TEST_CONTAINS,
        TEST_STARTS,
} FilterTest;

typedef struct FilterBound {
        bool set, open; /* open: the value itself is out */
        Value value;
} FilterBound;

typedef struct FilterLeaf {
        const Field *field;
        Store store;
        FilterTest test;
        unsigned n;
        Value *values;
        FilterBound low, high;
        Str folded; /* of CONTAINS and STARTS */
} FilterLeaf;

/* What conditions are read against. */
typedef struct FilterGround {
        Arena *arena;
        const Entity *entity;
        const ModuleRuntime *module;
        int64_t now;
} FilterGround;

/* False: it is not a condition, or not one that can be tested here. */
bool filter_leaf_read(const FilterGround *ground, const struct Cauce__Filter *filter, FilterLeaf *ret);
/* Does it hold for the record? */
bool filter_leaf_holds(Arena *arena, const FilterLeaf *leaf, const ProtobufCMessage *record);
