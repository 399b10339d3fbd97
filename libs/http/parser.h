#pragma once

#include "base/message.h"

/* The head of an HTTP/1.1 request: fed with a buffer that grows, line by line. Everything is kept as offsets,
 * so the buffer may move between calls. The outcome does not depend on how the input was cut. */

typedef struct HeadLimits {
        size_t bytes;    /* whole head: 431 */
        size_t target;   /* 414 */
        unsigned fields; /* 431 */
} HeadLimits;

typedef struct Span {
        uint32_t at, len;
} Span;

typedef struct HeadField {
        Span name, value;
} HeadField;

typedef enum HeadResult { HEAD_MORE, HEAD_DONE, HEAD_REFUSED } HeadResult;

typedef struct Head {
        const HeadLimits *limits;
        HeadField *fields; /* the caller's, limits->fields of them */
        unsigned n_fields;
        Span method, target, path, query; /* path is empty for "http://host" */
        Span authority;                   /* of an absolute target */
        uint64_t length;                  /* Content-Length, 0 without */
        bool chunked;
        bool close;  /* Connection: close */
        bool expect; /* Expect: 100-continue */
        size_t size; /* HEAD_DONE: of the head, with the empty line */
        MsgCode refused;
        const char *reason; /* of a refusal, in English */

        size_t line;    /* where the line being read starts */
        size_t scanned; /* no line end up to here */
        uint32_t seen;  /* the fields that may stand once, by their place in the table */
        bool started;   /* the request line is in */
} Head;

void head_init(Head *head, const HeadLimits *limits, HeadField *fields);
/* `input` starts with the head's first byte and holds what was given before. Not to be called after HEAD_DONE
 * or HEAD_REFUSED. */
HeadResult head_feed(Head *head, Str input);

static inline Str span_of(const char *base, Span span)
{
        return (Str){base + span.at, span.len};
}

bool str_is_nocase(Str a, Str b);
