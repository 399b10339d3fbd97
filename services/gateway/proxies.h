#pragma once

#include "base/str.h"

/* Who really asks, when a reverse proxy stands in front: the last address of X-Forwarded-For that no trusted
 * proxy has added by itself. What an untrusted peer says in that header is not looked at. */

#define PROXIES_MAX 32
#define ADDRESS_MAX 46

typedef struct Network {
        unsigned char bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
        unsigned bits;
} Network;

typedef struct Proxies {
        unsigned n;
        Network networks[PROXIES_MAX];
} Proxies;

/* "10.0.0.0/8, 192.0.2.7, fd00::/8". False: *ret_bad is what is none, borrowed from the text. */
bool proxies_parse(Str text, Proxies *ret, Str *ret_bad);
/* Puts the client's address into `address`, which holds the peer's; leaves it when the peer is not trusted or
 * the header (may be empty) is not well formed. */
void proxies_client(const Proxies *proxies, Str forwarded, char address[static ADDRESS_MAX]);
