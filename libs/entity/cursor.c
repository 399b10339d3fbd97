/* Page cursors: bytes, a MAC, base64url. */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "entity/cursor.h"

#define MAC_BYTES 16
#define FORMAT    1

/* Set once before the first request, read only afterwards. */
static uint8_t secret[32];

void cursor_secret(const uint8_t key[static 32])
{
        memcpy(secret, key, sizeof secret);
}

static void mac_of(const char *content, size_t len, Str query, uint8_t ret[static MAC_BYTES])
{
        crypto_generichash_state state;

        (void)crypto_generichash_init(&state, secret, sizeof secret, MAC_BYTES);
        (void)crypto_generichash_update(&state, (const uint8_t *)content, len);
        (void)crypto_generichash_update(&state, (const uint8_t *)query.p, query.len);
        (void)crypto_generichash_final(&state, ret, MAC_BYTES);
}

static void put_key(StrBuf *out, Store store, const Value *value)
{
        uint16_t len = (uint16_t)value->text.len;

        strbuf_putc(out, value->null ? 0 : 1);
        if (value->null)
                return;
        switch (store) {
        case STORE_TEXT:
                strbuf_put(out, &len, sizeof len);
                strbuf_put(out, value->text.p, len);
                return;
        case STORE_UUID:
                strbuf_put(out, &value->uuid, sizeof value->uuid);
                return;
        default:
                strbuf_put(out, &value->number, sizeof value->number);
        }
}

char *cursor_write(Arena *arena, const Cursor *cursor, const Store *stores, Str query)
{
        StrBuf out = {.arena = arena};
        uint8_t mac[MAC_BYTES];

        strbuf_putc(&out, FORMAT);
        strbuf_putc(&out, (char)cursor->tail);
        strbuf_putc(&out, (char)cursor->n);
        strbuf_put(&out, &cursor->id, sizeof cursor->id);
        for (unsigned i = 0; i < cursor->n; i++)
                put_key(&out, stores[i], &cursor->keys[i]);
        mac_of(out.p, out.len, query, mac);
        strbuf_put(&out, mac, sizeof mac);
        size_t size = sodium_base64_encoded_len(out.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        char *text = arena_alloc(arena, size);
        return sodium_bin2base64(
                text, size, (uint8_t *)out.p, out.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Takes n bytes off the front; false when there are fewer. */
static bool take(Str *in, void *ret, size_t n)
{
        if (in->len < n)
                return false;
        memcpy(ret, in->p, n);
        *in = (Str){in->p + n, in->len - n};
        return true;
}

static bool take_key(Str *in, Store store, Value *ret)
{
        uint8_t set;
        uint16_t len;

        if (!take(in, &set, 1) || set > 1)
                return false;
        *ret = (Value){.null = !set};
        if (!set)
                return true;
        switch (store) {
        case STORE_TEXT:
                if (!take(in, &len, sizeof len) || in->len < len)
                        return false;
                ret->text = (Str){in->p, len};
                *in = (Str){in->p + len, in->len - len};
                return true;
        case STORE_UUID:
                return take(in, &ret->uuid, sizeof ret->uuid);
        default:
                return take(in, &ret->number, sizeof ret->number);
        }
}

int cursor_read(Arena *arena, Str text, const Store *stores, unsigned n, Str query, Cursor *ret)
{
        uint8_t *data = arena_alloc(arena, text.len + 1), mac[MAC_BYTES], head[3];
        Cursor cursor = {};
        size_t len;

        if (sodium_base642bin(data, text.len + 1, text.p, text.len, NULL, &len, NULL,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
                len < sizeof head + sizeof cursor.id + MAC_BYTES)
                return -EINVAL;
        Str in = {(char *)data, len - MAC_BYTES};
        mac_of(in.p, in.len, query, mac);
        if (sodium_memcmp(mac, data + in.len, MAC_BYTES) != 0)
                return -EINVAL;
        if (!take(&in, head, sizeof head) || head[0] != FORMAT || head[2] != n ||
                !take(&in, &cursor.id, sizeof cursor.id))
                return -EINVAL;
        cursor.tail = head[1] != 0;
        cursor.n = n;
        for (unsigned i = 0; i < n; i++)
                if (!take_key(&in, stores[i], &cursor.keys[i]))
                        return -EINVAL;
        if (in.len != 0)
                return -EINVAL;
        *ret = cursor;
        return 0;
}
