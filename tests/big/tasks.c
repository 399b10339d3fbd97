/* What they have to do. */
#include "activities.cauce.h"
#include "big.h"

static const Weighted priorities[] = {{"high", 20}, {"medium", 45}, {"low", 15}, {NULL, 20}};
static const char *const tasks[] = {"Llamar a %s", "Visitar a %s", "Enviar cotización a %s",
        "Confirmar pedido de %s", "Pedir documentos a %s", "Cobrar anticipo a %s", "Invitar a la feria: %s",
        "Demostración para %s"};

static PbTask *task_make(Arena *arena, const Big *big, unsigned i)
{
        Rng dice = rng_of(big, RNG_TASK, i), *rng = &dice;
        PbTask *task = (PbTask *)record_new(arena, &task_meta);
        unsigned of = rng_below(rng, big->leads);
        const Lead *lead = lead_make(arena, big, of, 1, NULL, NULL);
        int64_t at = big->from +
                     (int64_t)((double)(big->until - big->from) * ((double)i + 1) / ((double)big->tasks + 1));
        Uuid id = rng_uuid(rng, at);

        record_set_uuid(arena, &task->id, &task->has_id, &id);
        task->has_version = task->has_number = task->has_created_at = task->has_updated_at = true;
        task->version = 1;
        task->number = i + 1;
        task->created_at = task->updated_at = at;
        task->owner = task->created_by = task->updated_by = lead->owner;
        task->has_owner = task->has_created_by = task->has_updated_by = true;
        task->assigned_to = lead->assigned_to;
        task->has_assigned_to = lead->has_assigned_to;
        task->has_lead = !rng_percent(rng, 8);
        task->lead = lead->id;
        task->has_due_at = !rng_percent(rng, 15);
        task->due_at = at + (int64_t)(rng_below(rng, 60)) * INT64_C(43200000000);
        task->priority = (char *)PICK_WEIGHTED(rng, priorities);
        task->has_done = !rng_percent(rng, 20);
        task->done = rng_percent(rng, 75);
        task->name = arena_printf(arena, PICK(rng, tasks), lead->label);
        task->label = task->name;
        return task;
}

void write_tasks(const Big *big)
{
        ModuleRuntime module = table_module(&task_module);
        Arena *arena = arena_new();

        for (unsigned i = 0; i < big->tasks; i++) {
                row_record(arena, &module, &task_make(arena, big, i)->base);
                arena_reset(arena);
        }
        (void)arena_free(arena);
}

void write_task_events(const Big *big)
{
        ModuleRuntime module = table_module(&task_module);
        Arena *arena = arena_new();

        for (unsigned i = 0; i < big->tasks; i++) {
                row_created(arena, &module, i + 1, &task_make(arena, big, i)->base,
                        rng_of(big, RNG_TASK, UINT64_C(1) << 40 | i));
                arena_reset(arena);
        }
        (void)arena_free(arena);
}
