#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Text, memory, problems and output files. Out of memory ends the run. */

char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *zalloc(size_t n, size_t size);
int streq(const char *a, const char *b);

/* protoc-c's names: "SignIn" → "sign_in"; "cauce.leads.Lead" → "Cauce__Leads__Lead", "cauce__leads__lead". */
char *snake_of(const char *camel);
char *upper_of(const char *lower);
char *lower_of(const char *upper);
char *c_type_of(const char *full);
char *c_lower_of(const char *full);
/* The member of protoc-c's struct: in lower case, with a '_' behind what C++ reserves. */
char *c_member_of(const char *field);

/* A C string literal, or NULL; an SQL literal. */
void put_c(FILE *out, const char *value);
void put_sql(FILE *out, const char *value);

/* Remembers "file:line: message"; the run then ends with all of them and writes no file. */
void problem(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* All problems, a line each, in the order of files and lines; NULL = none. */
char *problems(void);

/* A file of the answer to write into; stays open until outputs(). */
FILE *output(const char *name);
typedef struct Output {
        const char *name;
        char *content;
        size_t len;
        FILE *stream;
} Output;
/* Closes them all. */
const Output *outputs(unsigned *ret_n);
