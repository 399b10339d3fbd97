#pragma once

#include "base/str.h"

/* Prometheus' text format, and the durations of requests by name. */

void metric_counter(StrBuf *out, const char *name, const char *help, uint64_t value);
void metric_gauge(StrBuf *out, const char *name, const char *help, int64_t value);

#define TIMINGS_MAX    128
#define TIMING_BUCKETS 10

typedef struct Timing {
        char name[64]; /* "lead.get" */
        uint64_t count, refused, failed, sum_us, buckets[TIMING_BUCKETS];
} Timing;

typedef struct Timings {
        unsigned n;
        Timing items[TIMINGS_MAX];
} Timings;

/* `status` is HTTP's: 4xx counts as refused, 5xx as failed. Names beyond TIMINGS_MAX share "other". */
void timings_add(Timings *timings, Str name, int status, int64_t us);
/* <metric>_seconds histogram with label `label`, and <metric>_errors_total. */
void timings_write(const Timings *timings, StrBuf *out, const char *metric, const char *label);
