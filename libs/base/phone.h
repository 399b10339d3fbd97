#pragma once

#include "base/str.h"

/* Phone numbers to E.164, one spelling for one line. */

/* "300 123 4567" → "+573001234567". Without a country code ("+…", "00…", or a bare 57 before ten digits) the
 * number is Colombian: a mobile of ten digits that begins with 3, a fixed line of ten that begins with 60, or
 * an old one of seven that `city` (a DIVIPOLA code; NULL or empty = unknown) completes. Other countries'
 * numbers have 8 to 15 digits; Mexico's "+521…" loses the 1, Brazil's mobiles of eight digits get their 9.
 * Blanks, dots, dashes, slashes and brackets are dropped. 0, or -EINVAL. The result is in the arena. */
int phone_normalise(Arena *arena, Str in, const char *city, char **ret);
