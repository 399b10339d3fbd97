/* The people who sell. */
#include "big.h"

static const char *const regions[] = {"Norte", "Centro", "Antioquia", "Occidente", "Oriente"};

/* One at the top, then directors of regions, coordinators, seniors, agents: by their number. */
static const char *rank_of(unsigned i)
{
        return i == 0    ? "gerencia"
               : i < 6   ? "dirección"
               : i < 26  ? "coordinación"
               : i < 100 ? "ventas sénior"
                         : "ventas";
}

static User *user_make(Arena *arena, const Big *big, unsigned i)
{
        Rng rng = rng_of(big, RNG_USER, i);
        User *user = (User *)record_new(arena, &user_meta);

        (void)rng_next(&rng); /* the id's */
        (void)rng_next(&rng);
        record_set_uuid(arena, &user->id, &user->has_id, &big->users[i]);
        record_set_uuid(arena, &user->created_by, &user->has_created_by, &big->users[0]);
        record_set_uuid(arena, &user->owner, &user->has_owner, &big->users[0]);
        user->updated_by = user->created_by;
        user->has_updated_by = user->has_version = user->has_number = user->has_created_at =
                user->has_updated_at = true;
        user->version = 1;
        user->number = 1001 + i;
        user->created_at = user->updated_at = big->from;
        user->name = arena_printf(arena, "%s (%s, %s)", name_person(arena, &rng), regions[i % 5], rank_of(i));
        user->email = arena_printf(arena, "usuario%03u@andina.example", i);
        people_place(arena, big, i, user);
        user->label = user->name;
        return user;
}

void write_users(const Big *big)
{
        ModuleRuntime module = table_module(&user_module);
        Arena *arena = arena_new();

        for (unsigned i = 0; i < BIG_USERS; i++)
                row_record(arena, &module, &user_make(arena, big, i)->base);
        (void)arena_free(arena);
}

void write_user_events(const Big *big)
{
        ModuleRuntime module = table_module(&user_module);
        Arena *arena = arena_new();

        for (unsigned i = 0; i < BIG_USERS; i++)
                row_created(arena, &module, 1001 + i, &user_make(arena, big, i)->base,
                        rng_of(big, RNG_USER, BIG_USERS + i));
        (void)arena_free(arena);
}

void write_user_refs(const Big *big)
{
        Arena *arena = arena_new();

        for (unsigned i = 0; i < BIG_USERS; i++)
                row_ref(arena, &user_module, &user_make(arena, big, i)->base);
        (void)arena_free(arena);
}
