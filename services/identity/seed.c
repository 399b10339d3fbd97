/* Three profiles to begin with, made of the modules that this version has. They are made once: what people
 * do with them afterwards, deleting included, stays. */
#include "base/log.h"
#include "entity/principal.h"
#include "entity/write.h"
#include "people.h"

#define SALES      (ACCESS_SEE | ACCESS_CREATE | ACCESS_CHANGE | ACCESS_DUPLICATE)
#define ALL        ((1U << ACCESS_RIGHTS) - 1)
#define SUPERVISOR (ALL & ~(unsigned)ACCESS_SETTINGS)

typedef struct Seed {
        Uuid id;
        const char *name, *description;
        unsigned rights; /* of every module of the business */
} Seed;

static const Seed seeds[] = {
        {{{0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}}, "Comercial",
                "Ve, crea y modifica lo suyo y lo de quienes están debajo", SALES},
        {{{0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 2}}, "Supervisor",
                "Además elimina, importa y exporta", SUPERVISOR},
        {{{0x01, 0x99, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 3}}, "Solo consulta", "Ve sin modificar",
                ACCESS_SEE},
};
#define N_SEEDS (sizeof seeds / sizeof seeds[0])

/* Who is who, everybody may look up; one's own sessions everybody may end; the rest of identity is nobody's
 * who is not given it. */
static unsigned rights_of(const Seed *seed, const Module *module)
{
        if (!streq(module->service, "identity"))
                return module->flags & MODULE_ADMINISTRATORS ? ACCESS_SEE : seed->rights;
        if (module == &user_session_module)
                return ACCESS_SEE | ACCESS_DELETE;
        return module->access == MODULE_PRIVATE ? 0 : ACCESS_SEE;
}

static void grants_make(Req *rq, const Seed *seed, Profile *profile)
{
        size_t n = 0;

        while (cauce_modules[n])
                n++;
        profile->grants = arena_array(rq->arena, n * ACCESS_RIGHTS + 1, sizeof *profile->grants);
        for (size_t i = 0; i < n; i++) {
                unsigned rights = rights_of(seed, cauce_modules[i]);
                for (unsigned bit = 0; bit < ACCESS_RIGHTS; bit++)
                        if (rights & 1U << bit)
                                profile->grants[profile->n_grants++] = req_printf(
                                        rq, "%s:%s", cauce_modules[i]->key, access_right_names[bit]);
        }
}

/* True while no other profile was ever made: a first start, perhaps one that was cut short. */
static bool is_first_start(Req *rq)
{
        static const char sql[] = "SELECT 1 FROM profile WHERE id <> ALL($1) LIMIT 1";
        PgArgs *args = pg_args(rq->arena);
        Uuid ids[N_SEEDS];

        for (size_t i = 0; i < N_SEEDS; i++)
                ids[i] = seeds[i].id;
        (void)pg_arg_uuid_array(args, ids, N_SEEDS);
        return !rows_exist(rq, sql, args);
}

static bool is_made(Req *rq, const Seed *seed)
{
        static const char sql[] = "SELECT 1 FROM profile WHERE id = $1";
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, &seed->id);
        return rows_exist(rq, sql, args);
}

void seed_profiles(Req *rq)
{
        bool replayed;

        if (!is_first_start(rq))
                return;
        for (size_t i = 0; i < N_SEEDS; i++) {
                Profile *profile = (Profile *)record_new(rq->arena, &profile_meta);
                if (is_made(rq, &seeds[i]))
                        continue;
                record_set_uuid(rq->arena, &profile->id, &profile->has_id, &seeds[i].id);
                profile->name = (char *)seeds[i].name;
                profile->description = (char *)seeds[i].description;
                grants_make(rq, &seeds[i], profile);
                (void)entity_create(
                        rq, runtime_module(rq->entity, STR("profile")), &profile->base, &replayed);
                log_info(rq->context.trace, "profile made", KV("name", seeds[i].name));
        }
}
