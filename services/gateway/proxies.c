/* Addresses behind trusted proxies. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "proxies.h"

/* An address as sixteen bytes, whatever its family. */
static bool address_parse(Str text, unsigned char ret[static 16])
{
        static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
        char copy[ADDRESS_MAX];

        if (text.len == 0 || text.len >= sizeof copy)
                return false;
        memcpy(copy, text.p, text.len);
        copy[text.len] = 0;
        if (strlen(copy) != text.len)
                return false;
        if (inet_pton(AF_INET6, copy, ret) == 1)
                return true;
        memcpy(ret, mapped, sizeof mapped);
        return inet_pton(AF_INET, copy, ret + 12) == 1;
}

static bool network_parse(Str text, Network *ret)
{
        const char *slash = memchr(text.p, '/', text.len);
        Str address = {text.p, slash ? (size_t)(slash - text.p) : text.len};
        bool v4 = memchr(address.p, '.', address.len) != NULL;
        uint32_t bits = v4 && !memchr(address.p, ':', address.len) ? 32 : 128, all = bits;

        if (!address_parse(address, ret->bytes))
                return false;
        if (slash && (parse_u32((Str){slash + 1, text.len - address.len - 1}, &bits) != 0 || bits > all))
                return false;
        ret->bits = bits + (128 - all);
        return true;
}

bool proxies_parse(Str text, Proxies *ret, Str *ret_bad)
{
        *ret = (Proxies){};
        for (Str item; str_take(&text, ',', &item);) {
                item = str_trim(item);
                if (item.len == 0)
                        continue;
                if (ret->n == PROXIES_MAX || !network_parse(item, &ret->networks[ret->n])) {
                        *ret_bad = item;
                        return false;
                }
                ret->n++;
        }
        return true;
}

static bool trusted(const Proxies *proxies, const unsigned char address[static 16])
{
        for (unsigned i = 0; i < proxies->n; i++) {
                const Network *network = &proxies->networks[i];
                unsigned whole = network->bits / 8, left = network->bits % 8;
                unsigned char mask = (unsigned char)(0xff00 >> left);
                if (memcmp(address, network->bytes, whole) == 0 &&
                        (left == 0 || ((address[whole] ^ network->bytes[whole]) & mask) == 0))
                        return true;
        }
        return false;
}

static bool last_item(Str *list, Str *ret)
{
        if (list->len == 0)
                return false;
        const char *comma = memrchr(list->p, ',', list->len);
        size_t from = comma ? (size_t)(comma - list->p) + 1 : 0;
        *ret = str_trim((Str){list->p + from, list->len - from});
        list->len = comma ? from - 1 : 0;
        return true;
}

void proxies_client(const Proxies *proxies, Str forwarded, char address[static ADDRESS_MAX])
{
        static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
        unsigned char bytes[16], next[16];
        Str item;

        if (proxies->n == 0 || forwarded.len == 0 || !address_parse(str_of(address), bytes))
                return;
        while (trusted(proxies, bytes) && last_item(&forwarded, &item)) {
                if (!address_parse(item, next))
                        return;
                memcpy(bytes, next, sizeof bytes);
        }
        bool v4 = memcmp(bytes, mapped, sizeof mapped) == 0;
        (void)inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? bytes + 12 : bytes, address, ADDRESS_MAX);
}
