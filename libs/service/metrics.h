#pragma once

#include "base/str.h"

/* Prometheus' text format, and the durations of requests by name. */

void metric_counter(StrBuf *out, const char *name, const char *help, uint64_t value);
void metric_gauge(StrBuf *out, const char *name, const char *help, int64_t value);
/* A gauge of seconds, given in µs. */
void metric_seconds(StrBuf *out, const char *name, const char *help, int64_t us);

/* Several of one name: metric_head first, then each with its label. */
typedef enum MetricKind { METRIC_COUNTER, METRIC_GAUGE } MetricKind;
void metric_head(StrBuf *out, const char *name, const char *help, MetricKind kind);
void metric_value(StrBuf *out, const char *name, const char *label, const char *of, int64_t value);

#define TIMINGS_MAX    512
#define TIMING_BUCKETS 10
#define TIMING_CLASSES 4 /* 2xx, 3xx, 4xx, 5xx */

typedef struct TimingClass {
        uint64_t count, sum_us, buckets[TIMING_BUCKETS];
} TimingClass;

typedef struct Timing {
        char name[96]; /* "lead.get", "GET /leads/{id}" */
        TimingClass classes[TIMING_CLASSES];
} Timing;

#define TIMING_SLOTS 1024 /* of the index: more than TIMINGS_MAX */

typedef struct Timings {
        unsigned n;
        uint16_t slots[TIMING_SLOTS]; /* number of the item, from 1; 0 = free */
        Timing *items[TIMINGS_MAX];   /* made when first seen */
} Timings;

/* `status` is HTTP's. Names beyond TIMINGS_MAX share "other". */
void timings_add(Timings *timings, Str name, int status, int64_t us);
/* <metric>_seconds: a histogram for each name and class of status that was seen. The name goes into the label
 * `label`; with `verb`, what stands before its first blank goes into that one. */
void timings_write(
        const Timings *timings, StrBuf *out, const char *metric, const char *verb, const char *label);
void timings_done(Timings *timings);
