#pragma once

#include <stdint.h>

#include "base/str.h"

/* Colombia's municipalities by their DIVIPOLA codes (department two digits, municipality three). The table is
 * made at build time from data/municipalities.csv. */

typedef struct Place {
        char code[6];                /* "05001" */
        const char *name;            /* "Medellín" */
        const char *department;      /* "Antioquia" */
        int32_t latitude, longitude; /* degrees × 10^-6 */
} Place;

const Place *place_by_code(Str code); /* NULL = none */
/* What people write for a city: a code, or a name in any case, with or without accents, alone or with its
 * department
 * ("medellin", "Medellín, Antioquia", "Bogota D.C.", "Cali", "Barbosa (Santander)"). A name that several bear
 * is the capital of a department where one of them is. */
enum PlaceOutcome { PLACE_UNKNOWN = 1, PLACE_AMBIGUOUS = 2 };
int place_find(Arena *arena, Str text, const Place **ret);
/* For a picker: up to `limit` places whose name begins with the text, has a word that does, whose words and
 * department's do, or whose name holds it, in this order, capitals first; an empty text gives the capitals,
 * digits those whose code begins with them. Returns how many it put into `ret`. */
unsigned place_search(Arena *arena, Str text, unsigned limit, const Place **ret);
/* "Medellín, Antioquia"; "Bogotá, D.C.". In the arena. */
char *place_label(Arena *arena, const Place *place);
