/* Metrics text. */
#include <string.h>

#include "service/metrics.h"

static const int64_t bounds_us[TIMING_BUCKETS] = {
        250, 500, 1000, 2500, 5000, 10000, 25000, 100000, 500000, 2500000};

static void head(StrBuf *out, const char *name, const char *help, const char *type)
{
        strbuf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metric_counter(StrBuf *out, const char *name, const char *help, uint64_t value)
{
        head(out, name, help, "counter");
        strbuf_printf(out, "%s %llu\n", name, (unsigned long long)value);
}

void metric_gauge(StrBuf *out, const char *name, const char *help, int64_t value)
{
        head(out, name, help, "gauge");
        strbuf_printf(out, "%s %lld\n", name, (long long)value);
}

static Timing *timing_of(Timings *timings, Str name)
{
        for (unsigned i = 0; i < timings->n; i++)
                if (str_is(name, timings->items[i].name))
                        return &timings->items[i];
        if (timings->n == TIMINGS_MAX)
                return &timings->items[TIMINGS_MAX - 1];
        bool last = timings->n == TIMINGS_MAX - 1 || name.len >= sizeof timings->items[0].name;
        if (last && !str_is(name, "other"))
                return timing_of(timings, STR("other"));
        Timing *timing = &timings->items[timings->n++];
        *timing = (Timing){0};
        memcpy(timing->name, name.p, name.len);
        return timing;
}

void timings_add(Timings *timings, Str name, int status, int64_t us)
{
        Timing *timing = timing_of(timings, name);
        unsigned i = 0;

        timing->count++;
        timing->refused += status >= 400 && status < 500;
        timing->failed += status >= 500;
        timing->sum_us += (uint64_t)us;
        while (i < TIMING_BUCKETS && us > bounds_us[i])
                i++;
        if (i < TIMING_BUCKETS)
                timing->buckets[i]++;
}

static void put_seconds(StrBuf *out, int64_t us)
{
        strbuf_put_decimal(out, us, 6, 1);
}

void timings_write(const Timings *timings, StrBuf *out, const char *metric, const char *label)
{
        strbuf_printf(
                out, "# HELP %s_seconds Time to answer.\n# TYPE %s_seconds histogram\n", metric, metric);
        for (unsigned i = 0; i < timings->n; i++) {
                const Timing *t = &timings->items[i];
                uint64_t total = 0;
                for (unsigned b = 0; b < TIMING_BUCKETS; b++) {
                        total += t->buckets[b];
                        strbuf_printf(out, "%s_seconds_bucket{%s=\"%s\",le=\"", metric, label, t->name);
                        put_seconds(out, bounds_us[b]);
                        strbuf_printf(out, "\"} %llu\n", (unsigned long long)total);
                }
                strbuf_printf(out,
                        "%s_seconds_bucket{%s=\"%s\",le=\"+Inf\"} %llu\n%s_seconds_sum{%s=\"%s\"} ", metric,
                        label, t->name, (unsigned long long)t->count, metric, label, t->name);
                put_seconds(out, (int64_t)t->sum_us);
                strbuf_printf(out, "\n%s_seconds_count{%s=\"%s\"} %llu\n", metric, label, t->name,
                        (unsigned long long)t->count);
        }
        strbuf_printf(out,
                "# HELP %s_errors_total Requests refused (4xx) or failed (5xx).\n# TYPE %s_errors_total counter\n",
                metric, metric);
        for (unsigned i = 0; i < timings->n; i++)
                strbuf_printf(out,
                        "%s_errors_total{%s=\"%s\",kind=\"refused\"} %llu\n%s_errors_total{%s=\"%s\",kind=\"failed\"} %llu\n",
                        metric, label, timings->items[i].name, (unsigned long long)timings->items[i].refused,
                        metric, label, timings->items[i].name, (unsigned long long)timings->items[i].failed);
}
