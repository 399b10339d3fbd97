/* A lead and what happened to it. */
#include <string.h>

#include "base/places.h"
#include "big.h"
#include "entity.pb-c.h"

#define BLOCK 40 /* leads of one import file, which share their moment */
#define HOUR  INT64_C(3600000000)
#define DAY   (24 * HOUR)

/* ---- when, whose ---- */

/* Each year brings more than the one before. */
static int64_t moment(const Big *big, unsigned i)
{
        double part = ((double)i + 1) / ((double)big->leads + 1);
        int64_t span = big->until - big->from;

        return big->from + (int64_t)((double)span * (part * (1.6 - 0.6 * part)));
}

int64_t lead_created_at(const Big *big, unsigned i)
{
        Rng rng = rng_of(big, RNG_BLOCK, i / BLOCK);

        return moment(big, rng_percent(&rng, 10) ? i - i % BLOCK : i);
}

Uuid lead_id(const Big *big, unsigned i)
{
        Rng rng = rng_of(big, RNG_LEAD, i);
        int64_t at = lead_created_at(big, i);
        Uuid id = rng_uuid(&rng, at);

        /* Of one millisecond the later has the higher id. */
        id.b[6] = (uint8_t)(0x70 | (i >> 18 & 0x0F));
        id.b[7] = (uint8_t)(i >> 10);
        id.b[8] = (uint8_t)(0x80 | (i >> 4 & 0x3F));
        id.b[9] = (uint8_t)(i << 4 | (id.b[9] & 0x0F));
        return id;
}

static unsigned owner_of(const Big *big, Rng *rng, unsigned i)
{
        unsigned every = big->leads / BIG_FEW;

        if (every > 0 && i % every == every / 3)
                return BIG_NARROW;
        if (rng_percent(rng, BIG_MIDDLES))
                return BIG_NARROW - BIG_MIDDLES + rng_below(rng, BIG_MIDDLES);
        return rng_percent(rng, 50) ? rng_small(rng, BIG_NARROW - BIG_MIDDLES)
                                    : rng_below(rng, BIG_NARROW - BIG_MIDDLES);
}

static void set_user(
        Arena *arena, const Big *big, unsigned user, ProtobufCBinaryData *ret, protobuf_c_boolean *ret_has)
{
        record_set_uuid(arena, ret, ret_has, &big->users[user]);
}

/* ---- who ---- */

static const Weighted cards[] = {{"cc", 88}, {"ce", 6}, {"passport", 3}, {NULL, 3}};
static const Weighted typologies[] = {{"reseller", 34}, {"integrator", 9}, {"retail", 18}, {"corporate", 14},
        {"government", 3}, {"education", 5}, {"end_customer", 12}, {NULL, 5}};
static const Weighted sectors[] = {{"4741 Comercio de computadores", 30},
        {"4651 Mayorista de computadores", 12}, {"6202 Consultoría informática", 14},
        {"4761 Papelería y libros", 10}, {"9511 Mantenimiento de computadores", 9},
        {"6190 Otras telecomunicaciones", 5}, {"8530 Colegios", 3}, {NULL, 17}};

/* One lead in fifty is somebody who is there already, typed by another hand. */
static void fill_party(Arena *arena, const Big *big, unsigned i, Lead *lead)
{
        Rng dice = rng_of(big, RNG_PARTY, i), *rng = &dice;
        bool again = i > 100 && rng_percent(rng, 2);
        Rng first = again ? rng_of(big, RNG_PARTY, rng_below(rng, i)) : dice;

        lead->city = rng_percent(&first, 8) ? NULL : (char *)name_city(&first);
        const Place *place = lead->city ? place_by_code(str_of(lead->city)) : NULL;
        if (!rng_percent(&first, 6))
                lead->name = name_person(arena, &first);
        if (!rng_percent(&first, 24))
                lead->company = name_company(arena, &first, place ? place->name : "Colombia");
        if (rng_percent(&first, 62)) {
                lead->id_type = lead->company ? (char *)"nit" : (char *)PICK_WEIGHTED(&first, cards);
                lead->tax_id = lead->company
                                       ? name_nit(arena, &first)
                                       : arena_printf(arena, "%u", 10000000 + rng_below(&first, 1100000000));
        }
        if (rng_percent(&first, 78))
                lead->email = name_email(arena, &first, lead->name, lead->company);
        if (rng_percent(&first, 82))
                lead->mobile = name_mobile(arena, &first);
        if (rng_percent(&first, 35))
                lead->phone = name_phone(arena, &first, lead->city);
        if (rng_percent(&first, 58))
                lead->address = name_address(arena, &first);
        if (again && lead->name)
                lead->name = name_retyped(arena, rng, lead->name);
        if (again && lead->company)
                lead->company = name_retyped(arena, rng, lead->company);
        if (place && rng_percent(rng, 30)) {
                lead->has_latitude = lead->has_longitude = true;
                lead->latitude = place->latitude + (int)rng_below(rng, 40000) - 20000;
                lead->longitude = place->longitude + (int)rng_below(rng, 40000) - 20000;
        }
}

/* ---- what is known at first ---- */

static const Weighted statuses[] = {
        {"new", 38}, {"contacting", 27}, {"qualified", 14}, {"unqualified", 13}, {"converted", 8}};
static const Weighted stages[] = {{"identify", 34}, {"analysis", 16}, {"presentation", 11}, {"offer", 9},
        {"negotiation", 6}, {"decision", 3}, {"postponed", 6}, {NULL, 15}};
static const Weighted priorities[] = {{"high", 12}, {"medium", 45}, {"low", 23}, {NULL, 20}};
static const Weighted sources[] = {{"web_form", 28}, {"whatsapp", 22}, {"import", 16}, {"referral", 8},
        {"call", 9}, {"event", 6}, {"social", 6}, {"search", 3}, {"visit", 1}, {"other", 1}};
static const Weighted networks[] = {
        {"facebook", 40}, {"instagram", 38}, {"linkedin", 10}, {"tiktok", 9}, {"x", 1}, {"youtube", 2}};
static const Weighted interests[] = {{"computing", 42}, {"printing", 18}, {"networking", 12},
        {"security", 11}, {"pos", 7}, {"software", 4}, {"services", 3}, {NULL, 3}};
static const Weighted areas[] = {{"north", 14}, {"center", 30}, {"antioquia", 19}, {"west", 13}, {"east", 8},
        {"national", 2}, {NULL, 14}};
static const Weighted handlings[] = {{"sales", 66}, {"service", 10}, {"marketing", 14}, {NULL, 10}};
static const Weighted origins[] = {
        {"web_form", 50}, {"whatsapp", 30}, {"call", 8}, {"paper", 4}, {"import", 8}};
static const Weighted campaigns[] = {{NULL, 60}, {"Regreso a clases", 10}, {"Black Days", 9},
        {"Día sin IVA", 6}, {"Feria Corferias", 5}, {"Lanzamiento impresoras", 4}, {"Temporada POS", 3},
        {"Aliados 2025", 3}};
static const char *const wishes[] = {"Cotización de %u portátiles para oficina",
        "Impresora multifuncional, %u páginas al mes", "Necesita %u cámaras y un grabador",
        "Red cableada de %u puntos", "Ser distribuidor; vende unos %u equipos al año",
        "Terminal de punto de venta para %u cajas", "Licencias para %u usuarios"};
static const char *const reasons[] = {"Precio", "Ya tiene proveedor", "Sin presupuesto este año",
        "Número equivocado", "No es el encargado", "Compra por licitación", "Fuera de cobertura"};

static void fill_interest(Arena *arena, Rng *rng, Lead *lead)
{
        lead->typology = (char *)PICK_WEIGHTED(rng, typologies);
        lead->activity_sector = (char *)PICK_WEIGHTED(rng, sectors);
        lead->interest_area = (char *)PICK_WEIGHTED(rng, interests);
        if (rng_percent(rng, 45))
                lead->interest_detail = arena_printf(arena, PICK(rng, wishes), 1 + rng_small(rng, 200));
        lead->source = (char *)PICK_WEIGHTED(rng, sources);
        if (strcmp(lead->source, "social") == 0)
                lead->social_network = (char *)PICK_WEIGHTED(rng, networks);
        lead->campaign = (char *)PICK_WEIGHTED(rng, campaigns);
        if (strcmp(lead->source, "referral") == 0 || rng_percent(rng, 2))
                lead->referrer = name_person(arena, rng);
        if (lead->company && rng_percent(rng, 22))
                lead->website = name_website(arena, rng, lead->company);
        if (strcmp(lead->source, "web_form") == 0 && rng_percent(rng, 20))
                lead->form_filler = name_person(arena, rng);
}

static void fill_handling(Arena *arena, const Big *big, Rng *rng, unsigned i, Lead *lead)
{
        unsigned owner = owner_of(big, rng, i);

        set_user(arena, big, owner, &lead->owner, &lead->has_owner);
        if (owner == BIG_NARROW || !rng_percent(rng, 4))
                set_user(arena, big,
                        owner == BIG_NARROW || rng_percent(rng, 90) ? owner : rng_below(rng, BIG_NARROW),
                        &lead->assigned_to, &lead->has_assigned_to);
        lead->status = (char *)PICK_WEIGHTED(rng, statuses);
        lead->stage = (char *)PICK_WEIGHTED(rng, stages);
        lead->priority = (char *)PICK_WEIGHTED(rng, priorities);
        lead->has_score = rng_percent(rng, 70);
        lead->score = 5 * rng_below(rng, 21);
        lead->prospecting_area = (char *)PICK_WEIGHTED(rng, areas);
        lead->handling_area = (char *)PICK_WEIGHTED(rng, handlings);
        lead->has_needs_visit = rng_percent(rng, 50);
        lead->needs_visit = rng_percent(rng, 16);
        lead->has_ready_for_customer = rng_percent(rng, 50);
        lead->ready_for_customer = rng_percent(rng, 6);
        lead->has_qualifies_as_distributor = rng_percent(rng, 40);
        lead->qualifies_as_distributor = rng_percent(rng, 30);
        lead->has_consent = true;
        lead->consent = lead->has_consent_at = rng_percent(rng, 81);
        lead->consent_at = lead->created_at;
        if (lead->consent)
                lead->consent_origin = (char *)PICK_WEIGHTED(rng, origins);
}

static void set_label(Arena *arena, Lead *lead)
{
        lead->label = lead->name      ? lead->name
                      : lead->company ? lead->company
                                      : arena_printf(arena, "Prospecto %lld", (long long)lead->number);
}

static Lead *lead_new(Arena *arena, const Big *big, Rng *rng, unsigned i)
{
        Lead *lead = (Lead *)record_new(arena, &lead_meta);
        Uuid id = lead_id(big, i);

        record_set_uuid(arena, &lead->id, &lead->has_id, &id);
        lead->has_version = lead->has_number = lead->has_created_at = lead->has_updated_at = true;
        lead->version = 1;
        lead->number = i + 1;
        lead->created_at = lead->updated_at = lead_created_at(big, i);
        fill_party(arena, big, i, lead);
        fill_interest(arena, rng, lead);
        fill_handling(arena, big, rng, i, lead);
        lead->created_by = lead->updated_by = lead->owner;
        lead->has_created_by = lead->has_updated_by = true;
        custom_fill(arena, rng, lead);
        set_label(arena, lead);
        return lead;
}

/* ---- what happened then ---- */

static void contact(Lead *lead, int64_t at)
{
        lead->has_contacted_by_sales = lead->contacted_by_sales = true;
        lead->has_contacted_by_sales_at = lead->has_contacted_by_sales_by = true;
        lead->contacted_by_sales_at = at;
        lead->contacted_by_sales_by = lead->updated_by;
}

static void contact_service(Lead *lead, int64_t at)
{
        lead->has_contacted_by_service = lead->contacted_by_service = true;
        lead->has_contacted_by_service_at = lead->has_contacted_by_service_by = true;
        lead->contacted_by_service_at = at;
        lead->contacted_by_service_by = lead->updated_by;
}

static void change(Arena *arena, const Big *big, Rng *rng, Lead *lead, int64_t at)
{
        bool narrow = lead->has_owner && memcmp(lead->owner.data, &big->users[BIG_NARROW], sizeof(Uuid)) == 0;

        switch (rng_below(rng, 10)) {
        case 0:
        case 1:
        case 2:
                lead->stage = (char *)PICK_WEIGHTED(rng, stages);
                break;
        case 3:
                lead->status = (char *)PICK_WEIGHTED(rng, statuses);
                break;
        case 4:
        case 5:
                contact(lead, at);
                break;
        case 6:
                contact_service(lead, at);
                break;
        case 7:
                if (!narrow)
                        set_user(arena, big, rng_below(rng, BIG_NARROW), &lead->assigned_to,
                                &lead->has_assigned_to);
                break;
        case 8:
                lead->has_not_interested = lead->not_interested = true;
                lead->not_interested_reason = (char *)PICK(rng, reasons);
                break;
        default:
                custom_change(arena, rng, lead);
        }
        lead->has_score = true;
        lead->score = lead->score < 97 ? lead->score + 3 : 1;
}

/* 1, and for three leads in ten their changes; one in a hundred ends deleted. */
unsigned lead_steps(const Big *big, unsigned i)
{
        Rng rng = rng_of(big, RNG_CHANGE, i);

        return 1 + (rng_percent(&rng, 30) ? 1 + rng_small(&rng, BIG_CHANGES) : 0) + rng_percent(&rng, 1);
}

static bool ends_deleted(const Big *big, unsigned i)
{
        Rng rng = rng_of(big, RNG_CHANGE, i);

        if (rng_percent(&rng, 30))
                (void)rng_small(&rng, BIG_CHANGES);
        return rng_percent(&rng, 1);
}

static Lead *next_of(Arena *arena, const Big *big, Rng *rng, const Lead *before, bool delete, LeadStep *step)
{
        Lead *lead = (Lead *)record_copy(arena, &lead_meta, &before->base);
        int64_t room = big->until - before->updated_at;
        int64_t at = before->updated_at + HOUR / 60 +
                     (int64_t)rng_below(rng, 1000) * rng_small(rng, 1000) * DAY / 10000;

        if (at > big->until)
                at = before->updated_at + (room > 1000 ? room / 2 : 1);
        lead->version++;
        lead->updated_at = at;
        if (lead->has_assigned_to)
                lead->updated_by = lead->assigned_to;
        if (delete) {
                lead->has_deleted_at = true;
                lead->deleted_at = at;
        } else {
                change(arena, big, rng, lead, at);
        }
        step->type = delete ? CAUCE__EVENT_TYPE__EVENT_TYPE_DELETED : CAUCE__EVENT_TYPE__EVENT_TYPE_UPDATED;
        return lead;
}

Lead *lead_make(Arena *arena, const Big *big, unsigned i, unsigned steps, LeadVisit visit, void *arg)
{
        Rng rng = rng_of(big, RNG_LEAD, i);
        unsigned all = lead_steps(big, i);
        LeadStep step = {.type = CAUCE__EVENT_TYPE__EVENT_TYPE_CREATED};
        Lead *lead = NULL;

        (void)rng_next(&rng); /* the id's */
        (void)rng_next(&rng);
        for (unsigned n = 0; n < steps && n < all; n++) {
                step.before = lead;
                lead = n == 0 ? lead_new(arena, big, &rng, i)
                              : next_of(arena, big, &rng, lead, n + 1 == all && ends_deleted(big, i), &step);
                step.after = lead;
                step.at = lead->updated_at;
                memcpy(&step.actor, lead->updated_by.data, sizeof step.actor);
                step.rng = rng_of(big, RNG_CHANGE, (uint64_t)i * 16 + n + (UINT64_C(1) << 40));
                if (visit)
                        visit(arg, &step);
        }
        return lead;
}
