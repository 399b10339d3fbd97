#pragma once

#include <stdbool.h>

/* Configuration by environment: a table says what a daemon takes; the values in force are logged at the
 * start, secrets masked. */

typedef enum ConfigKind {
        CONFIG_TEXT,
        CONFIG_NUMBER,
        CONFIG_ADDRESS,
        CONFIG_FOLDER,
        CONFIG_SECRET,
        CONFIG_KIND_MAX
} ConfigKind;

typedef struct ConfigItem {
        const char *name; /* of the variable */
        ConfigKind kind;
        const char *fallback; /* NULL = must be set; "" = may be empty */
        const char *help;
} ConfigItem;

/* Checks and prints all; false (with every fault logged) when one is missing or malformed. Borrowed from the
 * environment. `ret` has room for n. */
bool config_load(const ConfigItem *items, unsigned n, const char **ret);
/* The table for people: `<daemon> --help`. */
void config_help(const char *daemon, const ConfigItem *items, unsigned n);
/* "127.0.0.1:8081" in two; false when malformed. `ret_host` has room for 64. */
bool config_address(const char *text, char *ret_host, unsigned short *ret_port);
