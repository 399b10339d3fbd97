/* The requests of a run, and what to remember of their answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static uint64_t next_random(Mix *mix)
{
        uint64_t z = mix->random += UINT64_C(0x9e3779b97f4a7c15);

        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return z ^ z >> 31;
}

enum Mode mode_of(const char *name)
{
        static const char *const names[MODE_MAX] = {"get", "create", "patch", "path"};
        enum Mode mode = MODE_GET;

        while (mode < MODE_MAX && strcmp(names[mode], name) != 0)
                mode++;
        return mode;
}

static char *file_read(const char *name)
{
        FILE *file = fopen(name, "r");
        long size;

        if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
                perror(name);
                exit(2);
        }
        char *text = calloc(1, (size_t)size + 1);
        rewind(file);
        if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
                exit(2);
        (void)fclose(file);
        return text;
}

unsigned lines_read(const char *name, char ***ret)
{
        unsigned n = 0, cap = 0;
        char **lines = NULL, *rest = name ? file_read(name) : NULL, *line;

        while (rest && (line = strsep(&rest, "\n")) && (*line || rest)) {
                if (n == cap && !(lines = reallocarray(lines, cap = cap ? cap * 2 : 1024, sizeof *lines)))
                        exit(2);
                lines[n++] = line;
        }
        *ret = lines;
        return n;
}

void mix_records(Mix *mix, const char *file)
{
        char **lines;

        mix->n_records = lines_read(file, &lines);
        mix->records = calloc(mix->n_records + 1, sizeof *mix->records);
        for (unsigned i = 0; i < mix->n_records; i++) {
                if (!mix->records || strlen(lines[i]) < 38)
                        exit(2);
                memcpy(mix->records[i].id, lines[i], 36);
                mix->records[i].version = strtoll(lines[i] + 37, NULL, 10);
        }
}

static size_t head(
        const Mix *mix, char *to, const char *method, const char *path, const char *id, const char *more)
{
        return (size_t)snprintf(to, REQUEST_MAX,
                "%s /api/v1%s%s%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n%s", method, path,
                *id ? "/" : "", id, mix->host, mix->token, more);
}

static size_t with_body(char *to, size_t at, const char *body)
{
        return at + (size_t)snprintf(to + at, REQUEST_MAX - at,
                            "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
                            body);
}

static Record *any_record(Mix *mix, unsigned of)
{
        return &mix->records[next_random(mix) % of];
}

static size_t create(Mix *mix, char *to)
{
        const char *body = mix->bodies[mix->sent % mix->n_bodies];
        char refused[REQUEST_MAX / 2];

        if (next_random(mix) % 100 < mix->refused) {
                (void)snprintf(refused, sizeof refused, "{\"id\":\"%s\",%s",
                        any_record(mix, mix->n_records)->id, body + 1);
                body = refused;
        }
        return with_body(to, head(mix, to, "POST", "/leads", "", ""), body);
}

static size_t patch(Mix *mix, char *to, Record *record)
{
        static const char *const stages[] = {
                "identify", "analysis", "presentation", "offer", "negotiation", "decision"};
        char match[64], body[128];

        (void)snprintf(match, sizeof match, "If-Match: \"%lld\"\r\n", (long long)record->version);
        (void)snprintf(body, sizeof body, "{\"score\":%llu,\"stage\":\"%s\"}", (unsigned long long)mix->sent,
                stages[mix->sent % 6]);
        return with_body(to, head(mix, to, "PATCH", "/leads", record->id, match), body);
}

size_t mix_request(Mix *mix, char ret[static REQUEST_MAX], Record **ret_record)
{
        *ret_record = NULL;
        mix->sent++;
        switch (mix->mode) {
        case MODE_CREATE:
                return create(mix, ret);
        case MODE_PATCH:
                *ret_record = any_record(mix, mix->hot ? mix->hot : mix->n_records);
                return patch(mix, ret, *ret_record);
        case MODE_PATH:
                return head(mix, ret, "GET", mix->path, "", "\r\n");
        default:
                return head(mix, ret, "GET", "/leads", any_record(mix, mix->n_records)->id, "\r\n");
        }
}

static void raise_to(Record *record, const char *digits)
{
        int64_t version = digits ? strtoll(digits, NULL, 10) : 0;

        if (version > record->version)
                record->version = version;
}

void mix_answer(Record *record, int status, const char *text, const char *body)
{
        const char *found = NULL;

        if (status == 200 && (found = strcasestr(text, "\r\netag: \"")))
                raise_to(record, found + 9);
        if (status == 412 && (found = strstr(body, "\"version\":")))
                raise_to(record, found + 10);
}

/* 32 steps for each power of two. */
static unsigned bucket_of(uint64_t us)
{
        if (us < 32)
                return (unsigned)us;
        unsigned power = 63 - (unsigned)__builtin_clzll(us);
        unsigned at = (power - 4) * 32 + (unsigned)(us >> (power - 5) & 31);

        return at < HISTOGRAM ? at : HISTOGRAM - 1;
}

void histogram_add(Histogram *histogram, uint64_t us)
{
        histogram->count++;
        histogram->buckets[bucket_of(us)]++;
        if (us > histogram->max)
                histogram->max = us;
}

uint64_t histogram_at(const Histogram *histogram, double part)
{
        uint64_t wanted = (uint64_t)((double)histogram->count * part), seen = 0;

        for (unsigned i = 0; i < HISTOGRAM; i++)
                if ((seen += histogram->buckets[i]) > wanted)
                        return i < 32 ? i : (uint64_t)(32 + i % 32) << (i / 32 - 1);
        return histogram->max;
}
