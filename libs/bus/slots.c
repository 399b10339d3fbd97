/* Owns the table of reply slots: a request's reply subject names a slot and the slot's generation, so that an
 * answer that comes after the deadline can't reach the slot's next user. */

#include <stdlib.h>
#include <string.h>

#include "bus/private.h"

#define NONE UINT32_MAX

static void grow(Slots *slots)
{
        uint32_t n = slots->n ? slots->n * 2 : 64;
        Slot *table = reallocarray(slots->slots, n, sizeof *table);
        if (!table)
                abort();
        for (uint32_t i = slots->n; i < n; i++)
                table[i] = (Slot){.next_free = i + 1 < n ? i + 1 : NONE};
        slots->slots = table;
        slots->free = slots->n;
        slots->n = n;
}

uint32_t slot_take(Slots *slots, Waiter *waiter)
{
        if (slots->used == slots->n)
                grow(slots);
        uint32_t at = slots->free;
        Slot *slot = &slots->slots[at];
        slots->free = slot->next_free;
        slots->used++;
        slot->waiter = waiter;
        return at;
}

void slot_give(Slots *slots, uint32_t at)
{
        Slot *slot = &slots->slots[at];
        slot->waiter = NULL;
        slot->generation++;
        slot->next_free = slots->free;
        slots->free = at;
        slots->used--;
}

static void put_hex(char *at, uint32_t value)
{
        for (int i = 7; i >= 0; i--, value >>= 4)
                at[i] = "0123456789abcdef"[value & 15];
}

static bool get_hex(const char *at, uint32_t *ret)
{
        uint32_t value = 0;
        for (unsigned i = 0; i < 8; i++) {
                char c = at[i];
                unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                                 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                        : 16;
                if (digit > 15)
                        return false;
                value = value << 4 | digit;
        }
        *ret = value;
        return true;
}

void slot_token(const Slots *slots, uint32_t at, char ret[static SLOT_TOKEN])
{
        put_hex(ret, at);
        put_hex(ret + 8, slots->slots[at].generation);
}

Waiter *slot_find(const Slots *slots, Str token)
{
        uint32_t at, generation;
        if (token.len != SLOT_TOKEN || !get_hex(token.p, &at) || !get_hex(token.p + 8, &generation) ||
                at >= slots->n)
                return NULL;
        const Slot *slot = &slots->slots[at];
        return slot->generation == generation ? slot->waiter : NULL;
}

void slots_lose(Slots *slots, const char *subject, int outcome)
{
        for (uint32_t i = 0; i < slots->n; i++) {
                Waiter *waiter = slots->slots[i].waiter;
                if (waiter && (!subject || streq(waiter->subject, subject)))
                        waiter->lost(waiter, outcome);
        }
}

void slots_done(Slots *slots)
{
        free(slots->slots);
        *slots = (Slots){};
}
