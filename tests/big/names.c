/* Colombian names, companies, towns, numbers and addresses, about as often as they occur. */
#include <stdio.h>
#include <string.h>

#include "base/places.h"
#include "base/taxid.h"
#include "big.h"

static const char *const women[] = {"María", "Luz", "Ana", "Sandra", "Claudia", "Diana", "Paola", "Carolina",
        "Adriana", "Andrea", "Ángela", "Natalia", "Laura", "Valentina", "Camila", "Juliana", "Mónica",
        "Gloria", "Martha", "Beatriz", "Lina", "Marcela", "Catalina", "Isabel", "Sofía", "Daniela", "Yolanda",
        "Nelly", "Rocío", "Esperanza", "Viviana", "Johana", "Leidy", "Yuliana", "Tatiana", "Alejandra",
        "Mariana", "Sara", "Gabriela", "Lucía", "Verónica", "Patricia", "Olga", "Elena", "Inés", "Consuelo",
        "Pilar", "Ximena"};
static const char *const men[] = {"José", "Luis", "Carlos", "Juan", "Jorge", "Andrés", "Diego", "Camilo",
        "Santiago", "Sebastián", "Julián", "Felipe", "Óscar", "Édgar", "Fernando", "Ricardo", "Mauricio",
        "Alejandro", "Nicolás", "Daniel", "David", "Jaime", "Hernán", "Gustavo", "Álvaro", "Germán", "Wilson",
        "Yeison", "Jhon", "Fabián", "Iván", "Raúl", "Ramón", "Víctor", "Hugo", "Mario", "Héctor", "Nelson",
        "Gabriel", "Samuel", "Mateo", "Tomás", "Esteban", "Cristian", "Leonardo", "William", "Rafael",
        "Simón"};
static const char *const surnames[] = {"Rodríguez", "Gómez", "González", "Martínez", "García", "López",
        "Hernández", "Sánchez", "Ramírez", "Pérez", "Díaz", "Muñoz", "Rojas", "Moreno", "Jiménez", "Vargas",
        "Gutiérrez", "Torres", "Castro", "Ortiz", "Álvarez", "Ruiz", "Suárez", "Romero", "Valencia", "Ramos",
        "Herrera", "Restrepo", "Medina", "Castillo", "Flórez", "Cárdenas", "Quintero", "Giraldo", "Arias",
        "Mendoza", "Rivera", "Ospina", "Zapata", "Cardona", "Mejía", "Salazar", "Contreras", "Osorio",
        "Parra", "Peña", "Londoño", "Vélez", "Beltrán", "Guerrero", "Henao", "Acosta", "Bedoya", "Caicedo",
        "Castaño", "Duque", "Echeverri", "Forero", "Guzmán", "Hoyos", "Jaramillo", "Lozano", "Montoya",
        "Navarro", "Orozco", "Patiño", "Quiñones", "Rincón", "Soto", "Trujillo", "Uribe", "Villegas", "Yepes",
        "Zuluaga", "Ñáñez", "Arboleda", "Buitrago", "Correa", "Delgado", "Escobar", "Franco", "Galeano",
        "Marín", "Nieto", "Pineda", "Agudelo", "Barrera", "Cortés", "Camargo", "Murillo", "Mosquera",
        "Palacios", "Angulo", "Cuesta"};

static const char *const company_begins[] = {"Soluciones", "Tecnología", "Sistemas", "Comercializadora",
        "Suministros", "Grupo", "Distribuciones", "Redes", "Ingeniería", "Servicios", "Computadores",
        "Insumos", "Inversiones", "Importadora", "Mundo", "Punto", "Centro", "Almacén", "Variedades",
        "Consultores", "Depósito", "Casa"};
static const char *const company_middles[] = {"TIC", "Informáticas", "PC", "Digitales", "Tecnológicas",
        "del Cómputo", "Net", "y Redes", "Data", "Integrales", "Office", "Express", "Gamer", "Móvil", "Cyber",
        "y Papelería", "Seguridad Electrónica", "de Impresión", "Punto de Venta", "Cloud", "Telecom",
        "Electrónica", "IP", "Educativas", "Hogar y Oficina", "Láser", "Tóner", "Ofimática", "Smart", "Link"};
static const char *const company_wheres[] = {"del Caribe", "de los Andes", "del Valle", "de Antioquia",
        "del Llano", "del Eje Cafetero", "de Colombia", "del Sur", "del Pacífico", "de la Sabana",
        "del Norte", "del Oriente", "del Tolima", "del Magdalena", "Bogotá", "Santandereana", "Boyacense",
        "del Huila"};
static const char *const company_ends[] = {
        "SAS", "SAS", "S.A.S.", "S.A.S.", "SAS", "Ltda.", "S.A.", "& Cía. Ltda.", "E.U.", "y Asociados SAS"};

static const char *const road_kinds[] = {
        "Calle", "Carrera", "Cra.", "Cl.", "Avenida", "Av.", "Diagonal", "Transversal", "Circular"};
static const char *const places_in[] = {
        "", "", "", " Oficina", " Local", " Piso", " Bodega", " Apto.", " Torre"};

/* Thousands of people; what is not here shares the last eighth. */
static const struct {
        const char code[6];
        unsigned weight;
} towns[] = {{"11001", 7900}, {"05001", 2600}, {"76001", 2280}, {"08001", 1300}, {"13001", 1050},
        {"54001", 790}, {"25754", 800}, {"08758", 680}, {"68001", 610}, {"05088", 560}, {"50001", 550},
        {"20001", 540}, {"73001", 540}, {"47001", 540}, {"23001", 510}, {"66001", 480}, {"17001", 450},
        {"52001", 390}, {"41001", 370}, {"76520", 350}, {"19001", 330}, {"76109", 310}, {"68276", 310},
        {"63001", 300}, {"70001", 290}, {"05360", 290}, {"05266", 240}, {"76834", 220}, {"66170", 220},
        {"68081", 210}, {"44001", 200}, {"44430", 190}, {"85001", 180}, {"15001", 180}, {"18001", 170},
        {"68307", 170}, {"25269", 150}, {"25290", 150}, {"25473", 150}, {"05615", 140}, {"25175", 140},
        {"25899", 140}, {"76147", 140}, {"15759", 130}, {"27001", 130}, {"41551", 130}, {"54498", 130},
        {"76111", 130}, {"05045", 120}, {"15238", 120}, {"52356", 120}, {"25430", 120}, {"25286", 110},
        {"25307", 100}, {"81001", 100}, {"88001", 60}, {"86001", 60}, {"91001", 50}};

char *name_person(Arena *arena, Rng *rng)
{
        const char *const *given = rng_percent(rng, 48) ? women : men;
        unsigned n = sizeof women / sizeof *women;
        const char *first = given[rng_small(rng, n)], *second = given[rng_below(rng, n)];
        unsigned all = sizeof surnames / sizeof *surnames;
        const char *father = surnames[rng_below(rng, 2) ? rng_small(rng, all) : rng_below(rng, all)];
        const char *mother = surnames[rng_below(rng, all)];

        _Static_assert(sizeof women == sizeof men, "one size serves both");
        if (second == first || rng_percent(rng, 45))
                return arena_printf(arena, "%s %s %s", first, father, mother);
        if (rng_percent(rng, 15))
                return arena_printf(arena, "%s %s", first, father);
        return arena_printf(arena, "%s %s %s %s", first, second, father, mother);
}

char *name_company(Arena *arena, Rng *rng, const char *town)
{
        const char *begin = PICK(rng, company_begins), *middle = PICK(rng, company_middles);
        const char *where = PICK(rng, company_wheres), *end = PICK(rng, company_ends);

        switch (rng_below(rng, 8)) {
        case 0:
                return arena_printf(arena, "%s %s %s", middle, PICK(rng, surnames), end);
        case 1:
                return arena_printf(arena, "%s %s y Hermanos %s", begin, PICK(rng, surnames), end);
        case 2:
                return arena_printf(arena, "%s %s de %s %s", begin, middle, town, end);
        case 3:
                return arena_printf(arena, "%s & %s %s", PICK(rng, surnames), PICK(rng, surnames), end);
        case 4:
                return arena_printf(arena, "%s %s %u %s", begin, middle, 1 + rng_small(rng, 100), end);
        default:
                return arena_printf(arena, "%s %s %s %s", begin, middle, where, end);
        }
}

char *name_address(Arena *arena, Rng *rng)
{
        const char *kind = PICK(rng, road_kinds), *place = PICK(rng, places_in);
        unsigned road = 1 + rng_below(rng, 180), cross = 1 + rng_below(rng, 120), door = rng_below(rng, 99);
        char *street = arena_printf(arena, "%s %u%s # %u%s-%02u", kind, road,
                rng_percent(rng, 15) ? " Bis" : "", cross, rng_percent(rng, 30) ? "A" : "", door);

        return *place ? arena_printf(arena, "%s%s %u", street, place, 101 + rng_below(rng, 900)) : street;
}

/* Letters and digits alone, in lower case without accents: the first `words` of them. */
static char *slug(Arena *arena, const char *text, unsigned words, const char *glue)
{
        Str folded = text_fold(arena, str_of(text));
        StrBuf out = {.arena = arena};

        for (size_t i = 0; i < folded.len && words > 0; i++) {
                char c = folded.p[i];
                if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                        strbuf_putc(&out, c);
                else if (c == ' ' && --words > 0)
                        strbuf_puts(&out, glue);
        }
        return out.p ? out.p : arena_strdup(arena, "x");
}

char *name_email(Arena *arena, Rng *rng, const char *person, const char *company)
{
        static const Weighted free_mail[] = {{"gmail.com", 60}, {"hotmail.com", 25}, {"outlook.com", 8},
                {"yahoo.es", 5}, {"une.net.co", 2}};
        const char *who =
                person ? slug(arena, person, 2, ".")
                       : PICK(rng, ((const char *const[]){"ventas", "compras", "info", "gerencia"}));

        if (company && rng_percent(rng, 60))
                return arena_printf(arena, "%s@%s.%s", who, slug(arena, company, 2, ""),
                        rng_percent(rng, 70) ? "com.co" : "co");
        return arena_printf(arena, "%s%u@%s", who, rng_below(rng, 1000), PICK_WEIGHTED(rng, free_mail));
}

char *name_website(Arena *arena, Rng *rng, const char *company)
{
        return arena_printf(arena, "https://%s%s.%s", rng_percent(rng, 60) ? "www." : "",
                slug(arena, company, 3, ""), rng_percent(rng, 70) ? "com.co" : "com");
}

char *name_mobile(Arena *arena, Rng *rng)
{
        static const unsigned prefixes[] = {300, 301, 302, 304, 305, 310, 311, 312, 313, 314, 315, 316, 317,
                318, 320, 321, 322, 323, 350, 351};

        return arena_printf(arena, "+57%u%07u", PICK(rng, prefixes), rng_below(rng, 10000000));
}

/* The one digit after 60 that the region has. */
static unsigned area_of(const char *city)
{
        static const struct {
                const char department[3];
                unsigned area;
        } areas[] = {{"11", 1}, {"25", 1}, {"76", 2}, {"19", 2}, {"52", 2}, {"05", 4}, {"27", 4}, {"23", 4},
                {"08", 5}, {"13", 5}, {"20", 5}, {"44", 5}, {"47", 5}, {"70", 5}, {"17", 6}, {"63", 6},
                {"66", 6}, {"54", 7}, {"68", 7}, {"81", 7}};

        for (unsigned i = 0; city && i < sizeof areas / sizeof *areas; i++)
                if (memcmp(areas[i].department, city, 2) == 0)
                        return areas[i].area;
        return 8;
}

char *name_phone(Arena *arena, Rng *rng, const char *city)
{
        return arena_printf(arena, "+5760%u%07u", area_of(city), 2000000 + rng_below(rng, 6999999));
}

char *name_nit(Arena *arena, Rng *rng)
{
        char *body = arena_printf(arena, "%u", 800000000 + rng_below(rng, 101999999));

        return arena_printf(arena, "%s-%c", body, nit_check_digit(str_of(body)));
}

char *name_retyped(Arena *arena, Rng *rng, const char *text)
{
        Str plain = text_fold(arena, str_of(text));
        char *copy = arena_strndup(arena, plain.p, plain.len);

        if (rng_percent(rng, 30))
                return arena_strdup(arena, text);
        if (rng_percent(rng, 40))
                return copy;
        for (char *c = copy; *c; c++)
                *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        return copy;
}

/* Any municipality: codes are dense enough that a few throws find one. */
static const char *any_town(Rng *rng)
{
        char code[6];

        for (;;) {
                (void)snprintf(
                        code, sizeof code, "%02u%03u", 5 + rng_below(rng, 95), 1 + rng_below(rng, 900));
                const Place *place = place_by_code(str_of(code));
                if (place)
                        return place->code;
        }
}

const char *name_city(Rng *rng)
{
        static const unsigned n = sizeof towns / sizeof *towns;
        unsigned total = 0, at;

        if (rng_percent(rng, 12))
                return any_town(rng);
        for (unsigned i = 0; i < n; i++)
                total += towns[i].weight;
        at = rng_below(rng, total);
        for (unsigned i = 0;; i++) {
                if (at < towns[i].weight)
                        return towns[i].code;
                at -= towns[i].weight;
        }
}
