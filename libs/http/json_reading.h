#pragma once

#include "http/json_message.h"

/* What the parts of json_to_message share. Functions that return bool say false when the text is not JSON:
 * its one problem is noted and reading ends. A problem with a field is noted and reading goes on; the message
 * is dropped. */

#define REPEATED_MAX 10000 /* elements of a field that has no limit of its own */

/* Where the reader is, for the problem's pointer. */
typedef struct Path {
        const struct Path *up;
        Str key;
        int index; /* of an array's element; -1 = `key` counts */
} Path;

typedef struct Reading {
        JsonReader json;
        Arena *arena;
        unsigned flags;
        JsonProblems *problems;
        uint32_t *changed;
        unsigned n_changed;
} Reading;

/* An array that grows. */
typedef struct List {
        void *items;
        size_t n, cap, size; /* size of an element */
} List;

/* ---- json_problem.c ---- */
void problem_note(Reading *reading, MsgCode code, const Path *path, Str arg);
void problem_note_max(Reading *reading, MsgCode code, const Path *path, size_t max);
/* Notes the problem and passes over the value. */
bool problem_skip(Reading *reading, JsonToken token, MsgCode code, const Path *path, Str arg);
bool problem_type(Reading *reading, JsonToken token, const Path *path, const char *expected);
/* The text as a whole is refused. Return false. */
bool problem_broken(Reading *reading);
bool problem_twice(Reading *reading, const Path *path);

/* ---- json_value.c ---- */
/* Reads a value that is neither message, custom nor labels into `to`: the field's own place or an element's.
 */
bool read_scalar(Reading *reading, const Field *field, JsonToken token, void *to, const Path *path);

/* ---- json_custom.c ---- */
/* After JSON_OBJECT_BEGIN. `message` is the one that has the field. */
bool read_custom(Reading *reading, const Field *field, char *message, const Path *path);
bool read_labels(Reading *reading, const Field *field, char *message, const Path *path);

/* Adds an element, zeroed. */
static inline void *list_add(Arena *arena, List *list)
{
        if (list->n == list->cap) {
                size_t cap = list->cap ? list->cap * 2 : 4;
                list->items = arena_grow(arena, list->items, list->cap * list->size, cap * list->size);
                list->cap = cap;
        }
        return __builtin_memset((char *)list->items + list->n++ * list->size, 0, list->size);
}

/* The reader's last key or string with a NUL where its closing quote was: the text is ours. */
static inline char *terminated(Str text)
{
        char *p = (char *)text.p;
        p[text.len] = 0;
        return p;
}
