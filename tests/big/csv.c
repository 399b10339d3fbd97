/* Files to import: an export of a lead-scoring tool, and leads under the names of our own fields. */
#include <stdio.h>
#include <string.h>

#include "base/places.h"
#include "base/time.h"
#include "big.h"

/* ---- writing ---- */

static void put_text(const char *text, bool first)
{
        if (!first)
                (void)putchar(',');
        if (!strpbrk(text, ",\"\r\n")) {
                (void)fputs(text, stdout);
                return;
        }
        (void)putchar('"');
        for (; *text; text++) {
                if (*text == '"')
                        (void)putchar('"');
                (void)putchar(*text);
        }
        (void)putchar('"');
}

/* ---- the scoring tool's ---- */

/* Weights are per thousand of the real file; "" is an empty cell. */
typedef struct Column {
        const char *header;
        Weighted values[12]; /* none: made by hand */
} Column;

static const Column columns[] = {
        {"Prospect ID"},
        {"Lead Number"},
        {"Lead Origin",
                {{"Landing Page Submission", 519}, {"API", 398}, {"Lead Add Form", 77}, {"Lead Import", 6}}},
        {"Lead Source", {{"Google", 310}, {"Direct Traffic", 270}, {"WhatsApp", 196}, {"Organic Search", 125},
                                {"Reference", 57}, {"Facebook", 16}, {"Feria Corferias", 14}, {"", 8},
                                {"google", 1}}},
        {"Do Not Email", {{"No", 919}, {"Yes", 81}}},
        {"Do Not Call", {{"No", 999}, {"Yes", 1}}},
        {"Converted", {{"0", 619}, {"1", 381}}},
        {"TotalVisits"},
        {"Total Time Spent on Website"},
        {"Page Views Per Visit"},
        {"Last Activity",
                {{"Email Opened", 371}, {"SMS Sent", 294}, {"WhatsApp Conversation", 108},
                        {"Page Visited on Website", 70}, {"Converted to Lead", 47}, {"Email Bounced", 36},
                        {"Email Link Clicked", 29}, {"Form Submitted on Website", 12}, {"", 11},
                        {"Unreachable", 10}, {"Unsubscribed", 7}, {"Had a Phone Conversation", 5}}},
        {"Country", {{"Colombia", 696}, {"", 272}, {"Venezuela", 12}, {"Ecuador", 9}, {"Panamá", 6},
                            {"Perú", 5}}},
        {"Specialization", {{"Select", 218}, {"", 162}, {"Cómputo", 210}, {"Impresión", 120}, {"Redes", 95},
                                   {"Seguridad electrónica", 80}, {"Punto de venta", 60},
                                   {"Licenciamiento", 35}, {"Servicios, garantías", 20}}},
        {"How did you hear about X Education",
                {{"Select", 548}, {"", 243}, {"Búsqueda en línea", 84}, {"Voz a voz", 60}, {"Otro", 65}}},
        {"What is your current occupation",
                {{"Distribuidor", 604}, {"", 294}, {"Integrador", 75}, {"Docente", 22}, {"Otro", 5}}},
        {"What matters most to you in choosing a course", {{"Mejor precio", 703}, {"", 296}, {"Crédito", 1}}},
        {"Search", {{"No", 998}, {"Yes", 2}}},
        {"Magazine", {{"No", 1}}},
        {"Newspaper Article", {{"No", 998}, {"Yes", 2}}},
        {"X Education Forums", {{"No", 999}, {"Yes", 1}}},
        {"Newspaper", {{"No", 999}, {"Yes", 1}}},
        {"Digital Advertisement", {{"No", 996}, {"Yes", 4}}},
        {"Through Recommendations", {{"No", 993}, {"Yes", 7}}},
        {"Receive More Updates About Our Courses", {{"No", 1}}},
        {"Tags", {{"", 368}, {"Responderá después de leer el correo", 218}, {"Timbra", 129},
                         {"Interesado en otros productos", 56}, {"Ya es cliente", 51}, {"Apagado", 26},
                         {"Ocupado", 20}, {"Número equivocado", 9}}},
        {"Lead Quality", {{"", 521}, {"Might be", 165}, {"Not Sure", 118}, {"High in Relevance", 67},
                                 {"Worst", 66}, {"Low in Relevance", 63}}},
        {"Update me on Supply Chain Content", {{"No", 1}}},
        {"Get updates on DM Content", {{"No", 1}}},
        {"Lead Profile",
                {{"Select", 450}, {"", 296}, {"Potential Lead", 169}, {"Other Leads", 53}, {"Canal", 32}}},
        {"City"},
        {"Asymmetrique Activity Index", {{"", 457}, {"02.Medium", 413}, {"01.High", 90}, {"03.Low", 40}}},
        {"Asymmetrique Profile Index", {{"", 457}, {"02.Medium", 309}, {"01.High", 230}, {"03.Low", 4}}},
        {"Asymmetrique Activity Score", {{"", 457}, {"14", 190}, {"15", 139}, {"13", 85}, {"16", 51},
                                                {"17", 39}, {"12", 22}, {"11", 11}, {"10", 6}}},
        {"Asymmetrique Profile Score", {{"", 457}, {"15", 197}, {"18", 112}, {"16", 65}, {"17", 62},
                                               {"20", 31}, {"14", 25}, {"19", 25}, {"13", 23}, {"12", 3}}},
        {"I agree to pay the amount through cheque", {{"No", 1}}},
        {"A free copy of Mastering The Interview", {{"No", 692}, {"Yes", 308}}},
        {"Last Notable Activity",
                {{"Modified", 372}, {"Email Opened", 305}, {"SMS Sent", 232}, {"Page Visited on Website", 35},
                        {"WhatsApp Conversation", 20}, {"Email Link Clicked", 19}, {"Email Bounced", 7},
                        {"Unsubscribed", 5}}},
};
#define COLUMNS (sizeof columns / sizeof *columns)
_Static_assert(COLUMNS == 37, "the file has 37 columns");

static const char *made_by_hand(Arena *arena, const Big *big, Rng *rng, unsigned i, const char *header)
{
        char text[UUID_TEXT + 1];
        Uuid id;

        if (strcmp(header, "Prospect ID") == 0) {
                id = lead_id(big, i);
                uuid_format(&id, text);
                return arena_strdup(arena, text);
        }
        if (strcmp(header, "Lead Number") == 0)
                return arena_printf(arena, "%u", 660737 + i * 3 + rng_below(rng, 3));
        if (strcmp(header, "City") == 0)
                return rng_percent(rng, 25)   ? "Select"
                       : rng_percent(rng, 15) ? ""
                                              : place_by_code(str_of(name_city(rng)))->name;
        bool visited = !rng_percent(rng, 24);
        if (strcmp(header, "TotalVisits") == 0)
                return arena_printf(arena, "%u", visited ? 1 + rng_small(rng, 30) : 0);
        if (strcmp(header, "Page Views Per Visit") == 0)
                return visited && rng_percent(rng, 30)
                               ? arena_printf(arena, "%u.5", 1 + rng_small(rng, 8))
                               : arena_printf(arena, "%u", visited ? 1 + rng_small(rng, 9) : 0);
        return arena_printf(arena, "%u", visited ? 1 + rng_small(rng, 2270) : 0);
}

void csv_write(const Big *big)
{
        Arena *arena = arena_new();

        for (unsigned c = 0; c < COLUMNS; c++)
                put_text(columns[c].header, c == 0);
        (void)putchar('\n');
        for (unsigned i = 0; i < big->leads; i++) {
                Rng rng = rng_of(big, RNG_CSV, i);
                /* As in the real file, four rows in a hundred end after their id. */
                bool cut = rng_percent(&rng, 4);
                for (unsigned c = 0; c < (cut ? 1 : COLUMNS); c++) {
                        unsigned n = 0;
                        while (n < 12 && columns[c].values[n].weight > 0)
                                n++;
                        put_text(n ? rng_weighted(&rng, columns[c].values, n)
                                   : made_by_hand(arena, big, &rng, i, columns[c].header),
                                c == 0);
                }
                (void)putchar('\n');
                arena_reset(arena);
        }
        (void)arena_free(arena);
}

/* ---- our own fields ---- */

/* What a file may set: no references, nothing that the system keeps. */
static bool is_given(const Field *field)
{
        return !(field->flags & FIELD_READ_ONLY) && field->kind != KIND_REFERENCE &&
               field->kind != KIND_CUSTOM && store_of(field->kind) != STORE_NONE;
}

static const char *cell(Arena *arena, const Field *field, const ProtobufCMessage *record)
{
        Value value = record_get(arena, record, field);
        StrBuf decimal = {.arena = arena};
        char text[28];

        if (value.null)
                return "";
        switch (field->kind) {
        case KIND_BOOL:
                return value.number ? "true" : "false";
        case KIND_DATETIME:
                instant_format(value.number, text);
                return arena_strdup(arena, text);
        case KIND_INTEGER:
                return arena_printf(arena, "%lld", (long long)value.number);
        case KIND_GEO_LATITUDE:
        case KIND_GEO_LONGITUDE:
                strbuf_put_decimal(&decimal, value.number, 6, 0);
                return decimal.p;
        default:
                return arena_strndup(arena, value.text.p, value.text.len);
        }
}

void csv_write_leads(const Big *big)
{
        Arena *arena = arena_new();
        bool first = true;

        for (unsigned f = 0; f < lead_meta.n_fields; f++)
                if (is_given(&lead_meta.fields[f])) {
                        put_text(lead_meta.fields[f].name, first);
                        first = false;
                }
        (void)putchar('\n');
        for (unsigned i = 0; i < big->leads; i++) {
                const Lead *lead = lead_make(arena, big, i, UINT32_MAX, NULL, NULL);
                first = true;
                for (unsigned f = 0; f < lead_meta.n_fields; f++)
                        if (is_given(&lead_meta.fields[f])) {
                                put_text(cell(arena, &lead_meta.fields[f], &lead->base), first);
                                first = false;
                        }
                (void)putchar('\n');
                arena_reset(arena);
        }
        (void)arena_free(arena);
}
