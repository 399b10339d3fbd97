/* Twenty fields that a company of this kind adds to its leads, and their values. */
#include "base/time.h"
#include "big.h"

#define ITEMS(...)                                                                                           \
        {                                                                                                    \
                .n_items = sizeof((PicklistItem[]){__VA_ARGS__}) / sizeof(PicklistItem),                     \
                .items = (PicklistItem[])                                                                    \
                {                                                                                            \
                        __VA_ARGS__                                                                          \
                }                                                                                            \
        }

static const Picklist terms =
        ITEMS({"cash", {"Contado", "Cash"}, "green"}, {"d30", {"30 días", "30 days"}, "blue"},
                {"d60", {"60 días", "60 days"}, "amber"}, {"d90", {"90 días", "90 days"}, "red"});
static const Picklist brands = ITEMS({"hp", {"HP", "HP"}}, {"lenovo", {"Lenovo", "Lenovo"}},
        {"dell", {"Dell", "Dell"}}, {"epson", {"Epson", "Epson"}}, {"asus", {"Asus", "Asus"}},
        {"acer", {"Acer", "Acer"}}, {"tplink", {"TP-Link", "TP-Link"}},
        {"hikvision", {"Hikvision", "Hikvision"}}, {"other", {"Otra", "Other"}});
static const Picklist segments =
        ITEMS({"a", {"A", "A"}}, {"b", {"B", "B"}}, {"c", {"C", "C"}}, {"d", {"D", "D"}});

enum {
        REPRESENTATIVE,
        COMPETITOR,
        STORE_NAME,
        REMARK,
        VISITS,
        BRANCHES,
        EMPLOYEES,
        PCS_A_YEAR,
        PAGES,
        PURCHASES,
        DISCOUNT,
        HAS_STORE,
        SELLS_ONLINE,
        CHARGES_IVA,
        NEWSLETTER,
        FOUNDED_ON,
        NEXT_VISIT_ON,
        TERMS,
        BRAND,
        SEGMENT
};

#define FIELD(key, how, spanish, english, ...)                                                               \
        {                                                                                                    \
                .name = key, .kind = how, .label = {spanish, english}, .flags = FIELD_CUSTOM __VA_ARGS__     \
        }

const Field big_custom[BIG_CUSTOM] = {
        [REPRESENTATIVE] =
                FIELD("legal_representative", KIND_TEXT, "Representante legal", "Legal representative"),
        [COMPETITOR] = FIELD("competitor", KIND_TEXT, "Compra hoy a", "Buys today from"),
        [STORE_NAME] = FIELD("store_name", KIND_TEXT, "Nombre del local", "Name of the shop"),
        [REMARK] = FIELD("remark", KIND_TEXT, "Observación", "Remark"),
        [VISITS] =
                FIELD("total_visits", KIND_INTEGER, "Visitas al sitio", "Visits to the site", | FIELD_LIST),
        [BRANCHES] = FIELD("branches", KIND_INTEGER, "Sucursales", "Branches"),
        [EMPLOYEES] = FIELD("employees", KIND_INTEGER, "Empleados", "Employees"),
        [PCS_A_YEAR] = FIELD("pcs_a_year", KIND_INTEGER, "Equipos al año", "Computers a year"),
        [PAGES] = FIELD("pages_per_visit", KIND_DECIMAL, "Páginas por visita", "Pages per visit"),
        [PURCHASES] = FIELD("monthly_purchases", KIND_DECIMAL, "Compras mensuales", "Monthly purchases"),
        [DISCOUNT] = FIELD("discount", KIND_DECIMAL, "Descuento pedido", "Discount asked for"),
        [HAS_STORE] = FIELD("has_store", KIND_BOOL, "Tiene local", "Has a shop"),
        [SELLS_ONLINE] = FIELD("sells_online", KIND_BOOL, "Vende en línea", "Sells online"),
        [CHARGES_IVA] = FIELD("charges_iva", KIND_BOOL, "Responsable de IVA", "Charges VAT"),
        [NEWSLETTER] = FIELD("newsletter", KIND_BOOL, "Recibe boletín", "Takes the newsletter"),
        [FOUNDED_ON] = FIELD("founded_on", KIND_DATE, "Fundada el", "Founded on"),
        [NEXT_VISIT_ON] = FIELD("next_visit_on", KIND_DATE, "Próxima visita", "Next visit"),
        [TERMS] =
                FIELD("payment_terms", KIND_PICKLIST, "Forma de pago", "Payment terms", , .picklist = &terms),
        [BRAND] = FIELD("main_brand", KIND_PICKLIST, "Marca principal", "Main brand", | FIELD_LIST,
                .picklist = &brands),
        [SEGMENT] = FIELD("segment", KIND_PICKLIST, "Segmento", "Segment", , .picklist = &segments),
};

static const char *const competitors[] = {"Mayorista del centro", "Importa directo", "Otro mayorista",
        "Nadie", "Distribuidora Nacional", "Compra en línea", "Tecnología Única", "Impormás",
        "Mayorista de Miami"};
static const char *const remarks[] = {"Pide catálogo", "Llamar después de las 3", "Atiende la dueña",
        "No contesta los lunes", "Quiere cupo de crédito", "Está comparando precios",
        "Conoció la marca en Corferias", "Reparte en la región", "Trabaja con colegios",
        "Licita con el Estado", "Pregunta por garantías"};

static Value number(int64_t value)
{
        return (Value){.number = value};
}

static Value text(const char *value)
{
        return (Value){.null = !value, .text = str_of(value)};
}

static Value option(Rng *rng, const Picklist *list)
{
        return text(list->items[rng_small(rng, list->n_items)].key);
}

static Value value_of(Arena *arena, Rng *rng, unsigned field)
{
        static const int64_t one = 1000000;

        switch (field) {
        case REPRESENTATIVE:
                return text(name_person(arena, rng));
        case COMPETITOR:
                return text(PICK(rng, competitors));
        case STORE_NAME:
                return text(name_company(arena, rng, "Colombia"));
        case REMARK:
                return text(PICK(rng, remarks));
        case VISITS:
                return number(rng_small(rng, 60));
        case BRANCHES:
                return number(1 + rng_small(rng, 25));
        case EMPLOYEES:
                return number(1 + rng_small(rng, 800));
        case PCS_A_YEAR:
                return number(10 * rng_small(rng, 500));
        case PAGES:
                return number(rng_small(rng, 40) * one / 4);
        case PURCHASES:
                return number((int64_t)rng_small(rng, 60000) * 10000 * one);
        case DISCOUNT:
                return number(rng_below(rng, 40) * one / 2);
        case FOUNDED_ON:
                return number(date_of(1970, 1, 1) + (int)rng_below(rng, 20000));
        case NEXT_VISIT_ON:
                return number(date_of(2026, 1, 1) + (int)rng_below(rng, 500));
        case TERMS:
                return option(rng, &terms);
        case BRAND:
                return option(rng, &brands);
        case SEGMENT:
                return option(rng, &segments);
        default:
                return number(rng_percent(rng, 40));
        }
}

/* How many of a hundred leads have it. */
static const uint8_t filled[BIG_CUSTOM] = {[REPRESENTATIVE] = 40,
        [COMPETITOR] = 35,
        [STORE_NAME] = 15,
        [REMARK] = 25,
        [VISITS] = 90,
        [BRANCHES] = 45,
        [EMPLOYEES] = 55,
        [PCS_A_YEAR] = 40,
        [PAGES] = 85,
        [PURCHASES] = 30,
        [DISCOUNT] = 12,
        [HAS_STORE] = 70,
        [SELLS_ONLINE] = 60,
        [CHARGES_IVA] = 65,
        [NEWSLETTER] = 80,
        [FOUNDED_ON] = 35,
        [NEXT_VISIT_ON] = 10,
        [TERMS] = 50,
        [BRAND] = 75,
        [SEGMENT] = 60};

void custom_fill(Arena *arena, Rng *rng, Lead *lead)
{
        for (unsigned i = 0; i < BIG_CUSTOM; i++) {
                if (!rng_percent(rng, filled[i]))
                        continue;
                Value value = value_of(arena, rng, i);
                record_put(arena, &lead->base, &big_custom[i], &value);
        }
}

void custom_change(Arena *arena, Rng *rng, Lead *lead)
{
        static const uint8_t often[] = {VISITS, PAGES, REMARK, NEXT_VISIT_ON, TERMS, BRAND};
        unsigned field = PICK(rng, often);
        Value value = value_of(arena, rng, field);

        record_put(arena, &lead->base, &big_custom[field], &value);
}
