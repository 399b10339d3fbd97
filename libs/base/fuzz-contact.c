/* What people type of others: tax ids, phones, e-mail and web addresses, cities. What is accepted is accepted
 * again as it came out, and comes out the same. The first byte chooses. */
#include <stdlib.h>
#include <string.h>

#include "base/phone.h"
#include "base/places.h"
#include "base/taxid.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int tax_id(Arena *arena, unsigned choice, Str text, char **ret)
{
        static const char *const types[] = {"nit", "cc", "ce", "ti", "passport", "foreign_nit", "rif", NULL};
        const char *type = types[choice % (sizeof types / sizeof types[0])];
        char digit = 'x';
        int r = tax_id_normalise(arena, type, text, ret, &digit);

        if ((r == TAX_ID_WRONG_DIGIT) != (digit >= '0' && digit <= '9'))
                abort();
        return r;
}

static void check_place(Arena *arena, Str text)
{
        const Place *place = NULL, *again = NULL, *found[10];
        Str fold = text_fold(arena, text);

        if (!str_eq(text_fold(arena, fold), fold))
                abort();
        if (place_find(arena, text, &place) == 0 &&
                (place_find(arena, str_of(place_label(arena, place)), &again) != 0 || again != place))
                abort();
        (void)place_search(arena, text, 10, found);
}

static int normalise(Arena *arena, unsigned choice, Str text, char **ret)
{
        switch (choice % 5) {
        case 0:
                return tax_id(arena, choice / 5, text, ret);
        case 1:
                return phone_normalise(arena, text, choice & 1 ? "05001" : NULL, ret);
        case 2:
                return email_normalise(arena, text, ret);
        case 3:
                return url_normalise(arena, text, ret);
        default:
                check_place(arena, text);
                return -1;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        Arena *arena = arena_new();
        char *once = NULL, *twice = NULL;

        if (size > 0) {
                Str text = {(const char *)data + 1, size - 1};
                if (normalise(arena, data[0], text, &once) == 0 &&
                        (normalise(arena, data[0], str_of(once), &twice) != 0 || !streq(once, twice)))
                        abort();
        }
        (void)arena_free(arena);
        return 0;
}
