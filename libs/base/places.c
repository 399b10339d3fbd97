/* Finding Colombia's municipalities by code and by what people call them. */
#include <string.h>

#include "base/places.h"

typedef struct PlaceRow {
        Place place;
        const char *department; /* cleaned */
} PlaceRow;

/* A name cleaned as by clean() and the place it stands for; `official` is not the name people use instead. */
typedef struct PlaceName {
        const char *key;
        uint16_t place;
        bool official;
} PlaceName;

#include "places.inc"

#define N_PLACES (sizeof rows / sizeof rows[0])
#define N_NAMES  (sizeof names / sizeof names[0])

/* Other spellings of departments, cleaned. */
static const struct {
        const char *spelling, *department;
} departments[] = {
        {"valle", "valle del cauca"},
        {"guajira", "la guajira"},
        {"n de santander", "norte de santander"},
        {"norte santander", "norte de santander"},
        {"bogota", "bogota dc"},
        {"distrito capital", "bogota dc"},
        {"dc", "bogota dc"},
        {"san andres", "archipielago de san andres providencia y santa catalina"},
        {"san andres y providencia", "archipielago de san andres providencia y santa catalina"},
};

const Place *place_by_code(Str code)
{
        size_t low = 0, high = N_PLACES;

        if (code.len != sizeof rows[0].place.code - 1)
                return NULL;
        while (low < high) {
                size_t middle = (low + high) / 2;
                int r = memcmp(code.p, rows[middle].place.code, code.len);
                if (r == 0)
                        return &rows[middle].place;
                if (r < 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        return NULL;
}

/* Folded, every run of what is neither letter nor digit one blank, "d c" joined. */
static const char *clean(Arena *arena, Str text)
{
        Str folded = text_fold(arena, text);
        StrBuf buf = {.arena = arena};

        for (size_t i = 0; i < folded.len; i++) {
                char c = folded.p[i];
                bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80;
                if (plain)
                        strbuf_putc(&buf, c);
                else if (buf.len && buf.p[buf.len - 1] != ' ')
                        strbuf_putc(&buf, ' ');
        }
        if (buf.len && buf.p[buf.len - 1] == ' ')
                buf.p[--buf.len] = '\0';
        for (char *at = buf.p; at && (at = strstr(at, " d c")) != NULL; at++)
                if (at[4] == '\0' || at[4] == ' ')
                        memmove(at + 2, at + 3, strlen(at + 3) + 1);
        return buf.p ? buf.p : "";
}

static bool is_capital(const Place *place)
{
        return streq(place->code + 2, "001");
}

/* The first of the names that are `key`; N_NAMES when there is none. */
static size_t find_name(Str key)
{
        size_t low = 0, high = N_NAMES;

        while (low < high) {
                size_t middle = (low + high) / 2;
                size_t len = strlen(names[middle].key);
                int r = memcmp(names[middle].key, key.p, len < key.len ? len : key.len);
                if (r < 0 || (r == 0 && len < key.len))
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < N_NAMES && str_is(key, names[low].key) ? low : N_NAMES;
}

/* A name alone: the capital that bears it, else the only place that does, officially before by habit. */
static int find_alone(Str key, const Place **ret)
{
        const Place *official = NULL, *other = NULL;
        unsigned n_official = 0, n_other = 0;

        for (size_t i = find_name(key); i < N_NAMES && str_is(key, names[i].key); i++) {
                const Place *place = &rows[names[i].place].place;
                if (is_capital(place)) {
                        *ret = place;
                        return 0;
                }
                if (names[i].official) {
                        official = place;
                        n_official++;
                } else {
                        other = place;
                        n_other++;
                }
        }
        if (n_official + n_other == 0)
                return PLACE_UNKNOWN;
        if (n_official > 1 || (n_official == 0 && n_other > 1))
                return PLACE_AMBIGUOUS;
        *ret = official ? official : other;
        return 0;
}

static bool is_department(const char *department, Str spelling)
{
        if (str_is(spelling, department))
                return true;
        for (size_t i = 0; i < sizeof departments / sizeof departments[0]; i++)
                if (str_is(spelling, departments[i].spelling) && streq(department, departments[i].department))
                        return true;
        return false;
}

/* The place of this name in this department; NULL = none. */
static const Place *find_in(Str key, Str department)
{
        for (size_t i = find_name(key); i < N_NAMES && str_is(key, names[i].key); i++)
                if (is_department(rows[names[i].place].department, department))
                        return &rows[names[i].place].place;
        return NULL;
}

int place_find(Arena *arena, Str text, const Place **ret)
{
        static const char country[] = " colombia";
        const Place *place = place_by_code(str_trim(text));
        Str whole = str_of(clean(arena, text));

        if (place) {
                *ret = place;
                return 0;
        }
        int r = find_alone(whole, ret);
        if (r == PLACE_UNKNOWN && whole.len >= sizeof country &&
                memcmp(whole.p + whole.len - (sizeof country - 1), country, sizeof country - 1) == 0) {
                whole.len -= sizeof country - 1;
                r = find_alone(whole, ret);
        }
        if (r != PLACE_UNKNOWN)
                return r;
        /* A name and its department, in either order, parted at one of the blanks. */
        for (size_t at = whole.len; at-- > 1;) {
                if (whole.p[at] != ' ')
                        continue;
                Str head = {whole.p, at}, tail = {whole.p + at + 1, whole.len - at - 1};
                place = find_in(head, tail);
                if (!place)
                        place = find_in(tail, head);
                if (place) {
                        *ret = place;
                        return 0;
                }
        }
        return PLACE_UNKNOWN;
}

/* ---- the picker ---- */

enum Rank { RANK_EXACT, RANK_PREFIX, RANK_WORD, RANK_WORDS, RANK_INSIDE, RANK_NONE };

/* Whether a word of `text` begins with `prefix`. */
static bool word_begins(const char *text, Str prefix)
{
        for (const char *word = text; word; word = strchr(word, ' ')) {
                word += *word == ' ';
                if (strncmp(word, prefix.p, prefix.len) == 0)
                        return true;
        }
        return false;
}

static bool words_begin(const char *name, const char *department, Str words)
{
        for (Str word; str_take(&words, ' ', &word);)
                if (!word_begins(name, word) && !word_begins(department, word))
                        return false;
        return true;
}

static enum Rank rank_of(const char *name, const char *department, Str query)
{
        if (query.len == 0)
                return RANK_PREFIX;
        if (str_is(query, name))
                return RANK_EXACT;
        if (strncmp(name, query.p, query.len) == 0)
                return RANK_PREFIX;
        if (word_begins(name, query))
                return RANK_WORD;
        if (words_begin(name, department, query))
                return RANK_WORDS;
        return strstr(name, query.p) ? RANK_INSIDE : RANK_NONE;
}

static bool is_code(const char *query)
{
        return query[0] && !query[strspn(query, "0123456789")];
}

static unsigned search_code(Str code, unsigned limit, const Place **ret)
{
        unsigned n = 0;

        for (size_t i = 0; i < N_PLACES && n < limit; i++)
                if (strncmp(rows[i].place.code, code.p, code.len) == 0)
                        ret[n++] = &rows[i].place;
        return n;
}

unsigned place_search(Arena *arena, Str text, unsigned limit, const Place **ret)
{
        uint8_t ranks[N_PLACES]; /* twice the best rank of the place's names; one less when it is a capital */
        Str query = str_of(clean(arena, text));
        unsigned n = 0;

        if (is_code(query.p))
                return search_code(query, limit, ret);
        memset(ranks, RANK_NONE * 2 + 1, sizeof ranks);
        for (size_t i = 0; i < N_NAMES; i++) {
                const PlaceRow *row = &rows[names[i].place];
                unsigned rank = rank_of(names[i].key, row->department, query) * 2 + !is_capital(&row->place);
                if (rank < ranks[names[i].place])
                        ranks[names[i].place] = (uint8_t)rank;
        }
        for (unsigned rank = 0; rank < RANK_NONE * 2;
                rank += query.len ? 1 : 2) /* of nothing, capitals alone */
                for (size_t i = 0; i < N_NAMES && n < limit; i++)
                        if (names[i].official && ranks[names[i].place] == rank)
                                ret[n++] = &rows[names[i].place].place;
        return n;
}

char *place_label(Arena *arena, const Place *place)
{
        if (streq(place->code, "11001")) /* a department of its own */
                return arena_strdup(arena, place->name);
        return arena_printf(arena, "%s, %s", place->name, place->department);
}
