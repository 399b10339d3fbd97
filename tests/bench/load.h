#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is asked of the server: made by mix.c, sent and timed by load.c. */

typedef struct Record {
        char id[37];
        int64_t version; /* as far as we know */
} Record;

enum Mode { MODE_GET, MODE_CREATE, MODE_PATCH, MODE_PATH, MODE_MAX };

typedef struct Mix {
        enum Mode mode; /* MODE_PATH: always `path` */
        const char *host, *token, *path;
        unsigned refused; /* creates in a hundred that take an id which exists */
        unsigned hot;     /* patches go to the first so many records; 0 = to all */
        unsigned n_records, n_bodies;
        Record *records;
        char **bodies; /* JSON objects to create */
        uint64_t random, sent;
} Mix;

/* "get", "create", "patch", "path"; MODE_MAX = none of them. */
enum Mode mode_of(const char *name);
/* Lines of a file, borrowed from one block that lives on; NULL name: none. */
unsigned lines_read(const char *name, char ***ret);
void mix_records(Mix *mix, const char *file); /* "<id> <version>" */

#define REQUEST_MAX 8192
/* Writes the next request; *ret_record is the record it changes, or NULL. */
size_t mix_request(Mix *mix, char ret[static REQUEST_MAX], Record **ret_record);
/* What the answer says of the record's version. */
void mix_answer(Record *record, int status, const char *head, const char *body);

/* Microseconds in buckets that are 1/32 wide. */
#define HISTOGRAM 1024
typedef struct Histogram {
        uint64_t count, max, buckets[HISTOGRAM];
} Histogram;
void histogram_add(Histogram *histogram, uint64_t us);
uint64_t histogram_at(const Histogram *histogram, double part);
