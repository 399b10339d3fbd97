#pragma once

#include <stdint.h>

/* Structured log: one JSON object a line on stderr, written with one write(2). Fields, not sentences. */

typedef enum LogLevel {
        LOG_LEVEL_ERROR,
        LOG_LEVEL_WARN,
        LOG_LEVEL_INFO,
        LOG_LEVEL_DEBUG,
        LOG_LEVEL_MAX
} LogLevel;

typedef struct LogField {
        const char *key;
        const char *text; /* NULL: the number counts */
        int64_t number;
} LogField;

/* A field of a text or of a number. */
#define KV(k, v)     ((LogField){.key = (k), .text = KV_TEXT(v), .number = KV_NUMBER(v)})
#define KV_TEXT(v)   _Generic((v), char * : (v), const char * : (v), default : NULL)
#define KV_NUMBER(v) _Generic((v), char * : 0, const char * : 0, default : (v))

/* `service` is copied into every line. */
void log_init(const char *service, LogLevel level);
/* `trace` may be NULL: a 32-digit hexadecimal trace id. Fields end at the array's end. */
void log_write(LogLevel level, const char *trace, const char *event, const LogField *fields, unsigned n);

#define LOG_FIELDS(...)                                                                                      \
        (const LogField[]){__VA_ARGS__}, sizeof((const LogField[]){__VA_ARGS__}) / sizeof(LogField)
#define log_error(trace, event, ...) log_write(LOG_LEVEL_ERROR, trace, event, LOG_FIELDS(__VA_ARGS__))
#define log_warn(trace, event, ...)  log_write(LOG_LEVEL_WARN, trace, event, LOG_FIELDS(__VA_ARGS__))
#define log_info(trace, event, ...)  log_write(LOG_LEVEL_INFO, trace, event, LOG_FIELDS(__VA_ARGS__))
#define log_debug(trace, event, ...) log_write(LOG_LEVEL_DEBUG, trace, event, LOG_FIELDS(__VA_ARGS__))
