/* Metrics text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/metrics.h"

static const int64_t bounds_us[TIMING_BUCKETS] = {
        250, 500, 1000, 2500, 5000, 10000, 25000, 100000, 500000, 2500000};

void metric_head(StrBuf *out, const char *name, const char *help, MetricKind kind)
{
        strbuf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
                kind == METRIC_COUNTER ? "counter" : "gauge");
}

void metric_value(StrBuf *out, const char *name, const char *label, const char *of, int64_t value)
{
        strbuf_printf(out, "%s{%s=\"%s\"} %lld\n", name, label, of, (long long)value);
}

void metric_counter(StrBuf *out, const char *name, const char *help, uint64_t value)
{
        metric_head(out, name, help, METRIC_COUNTER);
        strbuf_printf(out, "%s %llu\n", name, (unsigned long long)value);
}

void metric_gauge(StrBuf *out, const char *name, const char *help, int64_t value)
{
        metric_head(out, name, help, METRIC_GAUGE);
        strbuf_printf(out, "%s %lld\n", name, (long long)value);
}

static void put_seconds(StrBuf *out, int64_t us)
{
        strbuf_put_decimal(out, us, 6, 1);
}

void metric_seconds(StrBuf *out, const char *name, const char *help, int64_t us)
{
        metric_head(out, name, help, METRIC_GAUGE);
        strbuf_printf(out, "%s ", name);
        put_seconds(out, us);
        strbuf_putc(out, '\n');
}

/* ---- durations ---- */

/* FNV-1a. */
static uint32_t hash_of(Str name)
{
        uint32_t hash = 2166136261u;

        for (size_t i = 0; i < name.len; i++)
                hash = (hash ^ (unsigned char)name.p[i]) * 16777619u;
        return hash;
}

static Timing *timing_of(Timings *timings, Str name)
{
        unsigned at = hash_of(name) % TIMING_SLOTS;

        for (; timings->slots[at]; at = (at + 1) % TIMING_SLOTS)
                if (str_is(name, timings->items[timings->slots[at] - 1]->name))
                        return timings->items[timings->slots[at] - 1];
        bool fits = timings->n < TIMINGS_MAX - 1 && name.len < sizeof timings->items[0]->name;
        if (!fits && !str_is(name, "other"))
                return timing_of(timings, STR("other"));
        Timing *timing = calloc(1, sizeof *timing);
        if (!timing)
                abort();
        memcpy(timing->name, name.p, name.len);
        timings->items[timings->n++] = timing;
        timings->slots[at] = (uint16_t)timings->n;
        return timing;
}

static unsigned class_of(int status)
{
        return status >= 500 ? 3 : status >= 400 ? 2 : status >= 300 ? 1 : 0;
}

void timings_add(Timings *timings, Str name, int status, int64_t us)
{
        TimingClass *seen = &timing_of(timings, name)->classes[class_of(status)];
        unsigned i = 0;

        seen->count++;
        seen->sum_us += (uint64_t)us;
        while (i < TIMING_BUCKETS && us > bounds_us[i])
                i++;
        if (i < TIMING_BUCKETS)
                seen->buckets[i]++;
}

void timings_done(Timings *timings)
{
        for (unsigned i = 0; i < timings->n; i++)
                free(timings->items[i]);
        *timings = (Timings){0};
}

static void put_class(StrBuf *out, const char *metric, const char *labels, const TimingClass *seen)
{
        uint64_t total = 0;

        for (unsigned b = 0; b < TIMING_BUCKETS; b++) {
                total += seen->buckets[b];
                strbuf_printf(out, "%s_seconds_bucket{%s,le=\"", metric, labels);
                put_seconds(out, bounds_us[b]);
                strbuf_printf(out, "\"} %llu\n", (unsigned long long)total);
        }
        strbuf_printf(out, "%s_seconds_bucket{%s,le=\"+Inf\"} %llu\n%s_seconds_sum{%s} ", metric, labels,
                (unsigned long long)seen->count, metric, labels);
        put_seconds(out, (int64_t)seen->sum_us);
        strbuf_printf(out, "\n%s_seconds_count{%s} %llu\n", metric, labels, (unsigned long long)seen->count);
}

static void put_timing(
        StrBuf *out, const char *metric, const char *verb, const char *label, const Timing *timing)
{
        static const char *const classes[TIMING_CLASSES] = {"2xx", "3xx", "4xx", "5xx"};
        const char *blank = verb ? strchr(timing->name, ' ') : NULL;
        char labels[256];

        for (unsigned i = 0; i < TIMING_CLASSES; i++) {
                if (timing->classes[i].count == 0)
                        continue;
                if (blank)
                        (void)snprintf(labels, sizeof labels, "%s=\"%.*s\",%s=\"%s\",class=\"%s\"", verb,
                                (int)(blank - timing->name), timing->name, label, blank + 1, classes[i]);
                else
                        (void)snprintf(labels, sizeof labels, "%s=\"%s\",class=\"%s\"", label, timing->name,
                                classes[i]);
                put_class(out, metric, labels, &timing->classes[i]);
        }
}

void timings_write(
        const Timings *timings, StrBuf *out, const char *metric, const char *verb, const char *label)
{
        strbuf_printf(
                out, "# HELP %s_seconds Time to answer.\n# TYPE %s_seconds histogram\n", metric, metric);
        for (unsigned i = 0; i < timings->n; i++)
                put_timing(out, metric, verb, label, timings->items[i]);
}
