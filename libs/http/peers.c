/* How many connections each address has: a hash table of the addresses that have any. */

#include <stdlib.h>

#include "http/connection.h"

#define BUCKETS 4096

typedef struct Peer {
        struct Peer *next;
        uint64_t key;
        unsigned n;
} Peer;

struct Peers {
        Peer *buckets[BUCKETS];
};

Peers *peers_new(void)
{
        return calloc(1, sizeof(Peers));
}

Peers *peers_free(Peers *peers)
{
        if (!peers)
                return NULL;
        for (unsigned i = 0; i < BUCKETS; i++)
                for (Peer *peer = peers->buckets[i], *next; peer; peer = next) {
                        next = peer->next;
                        free(peer);
                }
        free(peers);
        return NULL;
}

/* The place that points to the peer, or to NULL at the end of its bucket. */
static Peer **find(Peers *peers, uint64_t key)
{
        Peer **place = &peers->buckets[(key * UINT64_C(0x9e3779b97f4a7c15)) >> 52];
        while (*place && (*place)->key != key)
                place = &(*place)->next;
        return place;
}

unsigned peers_add(Peers *peers, uint64_t key)
{
        Peer **place = find(peers, key);
        if (!*place) {
                *place = calloc(1, sizeof(Peer));
                if (!*place)
                        abort();
                (*place)->key = key;
        }
        return ++(*place)->n;
}

void peers_remove(Peers *peers, uint64_t key)
{
        Peer **place = find(peers, key), *peer = *place;
        if (!peer || --peer->n > 0)
                return;
        *place = peer->next;
        free(peer);
}
