/* Environment variables, checked and printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/str.h"
#include "service/config.h"

bool config_address(const char *text, char *ret_host, unsigned short *ret_port)
{
        const char *colon = strrchr(text, ':');
        size_t len = colon ? (size_t)(colon - text) : 0;
        uint32_t port;

        if (len == 0 || len > 63 || parse_u32(str_of(colon + 1), &port) != 0 || port > 65535)
                return false;
        memcpy(ret_host, text, len);
        ret_host[len] = '\0';
        *ret_port = (unsigned short)port;
        return true;
}

static const char *fault_of(const ConfigItem *item, const char *value)
{
        char host[64];
        unsigned short port;
        struct stat st;
        int64_t number;

        if (!value)
                return "must be set";
        if (!value[0])
                return item->fallback && !item->fallback[0] ? NULL : "is empty";
        switch (item->kind) {
        case CONFIG_NUMBER:
                return parse_i64(str_of(value), &number) == 0 && number >= 0 ? NULL : "is not a number";
        case CONFIG_ADDRESS:
                return config_address(value, host, &port) ? NULL : "is not host:port";
        case CONFIG_FOLDER:
                return stat(value, &st) == 0 && S_ISDIR(st.st_mode) ? NULL : "is not a folder";
        default:
                return NULL;
        }
}

bool config_load(const ConfigItem *items, unsigned n, const char **ret)
{
        LogField fields[32];
        unsigned shown = 0;
        bool good = true;

        for (unsigned i = 0; i < n; i++) {
                const char *value = getenv(items[i].name);
                ret[i] = value ? value : items[i].fallback;
                const char *fault = fault_of(&items[i], ret[i]);
                if (fault)
                        log_error(NULL, "configuration refused", KV("variable", items[i].name),
                                KV("reason", fault));
                good = good && !fault;
                if (ret[i] && shown < sizeof fields / sizeof fields[0])
                        fields[shown++] = (LogField){.key = items[i].name,
                                .text = items[i].kind == CONFIG_SECRET && ret[i][0] ? "***" : ret[i]};
        }
        log_write(LOG_LEVEL_INFO, NULL, "configuration", fields, shown);
        return good;
}

void config_help(const char *daemon, const ConfigItem *items, unsigned n)
{
        (void)printf("%s: configured by environment variables\n\n", daemon);
        for (unsigned i = 0; i < n; i++)
                (void)printf("  %-24s %s%s%s%s\n", items[i].name, items[i].help,
                        items[i].fallback && items[i].fallback[0] ? " (default " : "",
                        items[i].fallback && items[i].fallback[0] ? items[i].fallback : "",
                        items[i].fallback && items[i].fallback[0] ? ")" : "");
}
