/* Texts beside ids. Owns the label cache of the process. */
#include <stdlib.h>
#include <string.h>

#include "base/places.h"
#include "cauce.pb-c.h"
#include "entity/labels.h"
#include "entity/record.h"

#define CACHE_SLOTS 4096
#define CACHE_US    INT64_C(2000000)

typedef struct Slot {
        const char *module; /* of the generated tables: compared by address */
        Uuid id;
        int64_t until;
        char *label; /* heap; NULL = known not to exist */
} Slot;

struct LabelCache {
        Slot slots[CACHE_SLOTS];
};

static Slot *slot_of(Entity *entity, const Uuid *id)
{
        uint32_t hash;

        if (!entity->labels)
                entity->labels = calloc(1, sizeof *entity->labels);
        if (!entity->labels)
                abort();
        memcpy(&hash, id->b + 12, sizeof hash); /* the random end of a UUIDv7 */
        return &entity->labels->slots[hash % CACHE_SLOTS];
}

void labels_done(Entity *entity)
{
        for (unsigned i = 0; entity->labels && i < CACHE_SLOTS; i++)
                free(entity->labels->slots[i].label);
        free(entity->labels);
        entity->labels = NULL;
}

static bool slot_holds(const Slot *slot, const char *module, const Uuid *id, int64_t now)
{
        return slot->module && slot->until > now && streq(slot->module, module) && uuid_compare(&slot->id, id) == 0;
}

static void slot_put(Entity *entity, const char *module, const Uuid *id, Str label)
{
        Slot *slot = slot_of(entity, id);

        free(slot->label);
        *slot = (Slot){ .module = module, .id = *id, .until = clock_monotonic() + CACHE_US };
        if (label.p && !(slot->label = strndup(label.p, label.len)))
                abort();
}

static void label_add(Arena *arena, RecordHead *head, const char *field, const char *text)
{
        Cauce__Label *label = arena_alloc(arena, sizeof *label);

        cauce__label__init(label);
        label->field = (char *) field;
        label->text = (char *) text;
        head->labels[head->n_labels++] = label;
}

typedef struct Miss {
        const char *module;
        Uuid id;
} Miss;

typedef struct Misses {
        unsigned n, max;
        Miss *items;
} Misses;

static void miss_add(Misses *misses, const char *module, const Uuid *id)
{
        for (unsigned i = 0; i < misses->n; i++)
                if (uuid_compare(&misses->items[i].id, id) == 0 && streq(misses->items[i].module, module))
                        return;
        if (misses->n < misses->max)
                misses->items[misses->n++] = (Miss){ module, *id };
}

static bool is_reference(const Field *field)
{
        return field->kind == KIND_REFERENCE && field->ref;
}

static unsigned references_of(const Module *module)
{
        unsigned n = 0;

        for (unsigned i = 0; i < module->message->n_fields; i++)
                n += is_reference(&module->message->fields[i]);
        return n;
}

static void misses_find(Req *rq, const Module *module, ProtobufCMessage *const *records, unsigned n, Misses *misses)
{
        int64_t now = clock_monotonic();

        for (unsigned i = 0; i < n; i++)
                for (unsigned j = 0; j < module->message->n_fields; j++) {
                        const Field *field = &module->message->fields[j];
                        if (!is_reference(field))
                                continue;
                        Value value = record_get(rq->arena, records[i], field);
                        if (!value.null && !slot_holds(slot_of(rq->entity, &value.uuid), field->ref, &value.uuid, now))
                                miss_add(misses, field->ref, &value.uuid);
                }
}

/* Own modules are read from their table, foreign ones from their copy. */
static void misses_read(Req *rq, const Misses *misses)
{
        Uuid *ids = arena_array(rq->arena, misses->n, sizeof *ids);
        StrBuf sql = { .arena = rq->arena };
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        for (unsigned i = 0; i < misses->n; i++)
                ids[i] = misses->items[i].id;
        (void) pg_arg_uuid_array(args, ids, misses->n);
        strbuf_puts(&sql, "SELECT module, id, label FROM ref_label WHERE id = ANY($1)");
        for (unsigned i = 0; cauce_modules[i]; i++)
                if (streq(cauce_modules[i]->service, rq->entity->service_name))
                        strbuf_printf(&sql, " UNION ALL SELECT '%s', id, label FROM %s WHERE id = ANY($1)",
                                cauce_modules[i]->key, cauce_modules[i]->table);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){ sql.p, args }, 1, rq->deadline, &rows));
        for (unsigned i = 0; i < misses->n; i++)
                slot_put(rq->entity, misses->items[i].module, &misses->items[i].id, (Str){});
        for (int row = 0; row < pg_rows(rows); row++) {
                Uuid id = pg_uuid(rows, row, 1);
                for (unsigned i = 0; i < misses->n; i++)
                        if (uuid_compare(&misses->items[i].id, &id) == 0 &&
                                str_is(pg_text(rows, row, 0), misses->items[i].module))
                                slot_put(rq->entity, misses->items[i].module, &id, pg_text(rows, row, 2));
        }
}

static void fill_one(Req *rq, const Module *module, ProtobufCMessage *record, unsigned max)
{
        RecordHead *head = record_head(record);

        head->n_labels = 0;
        head->labels = arena_array(rq->arena, max + 1, sizeof *head->labels);
        for (unsigned j = 0; j < module->message->n_fields; j++) {
                const Field *field = &module->message->fields[j];
                if (field->kind != KIND_CITY && !is_reference(field))
                        continue;
                Value value = record_get(rq->arena, record, field);
                if (value.null)
                        continue;
                if (field->kind == KIND_CITY) {
                        const Place *place = place_by_code(value.text);
                        if (place)
                                label_add(rq->arena, head, field->name,
                                        req_printf(rq, "%s, %s", place->name, place->department));
                        continue;
                }
                const Slot *slot = slot_of(rq->entity, &value.uuid);
                if (slot->module && streq(slot->module, field->ref) && uuid_compare(&slot->id, &value.uuid) == 0 &&
                        slot->label)
                        label_add(rq->arena, head, field->name, arena_strdup(rq->arena, slot->label));
        }
}

void labels_fill(Req *rq, const Module *module, ProtobufCMessage *const *records, unsigned n)
{
        unsigned references = references_of(module);
        Misses misses = { .max = n * references };

        misses.items = arena_array(rq->arena, misses.max + 1, sizeof *misses.items);
        misses_find(rq, module, records, n, &misses);
        if (misses.n > 0)
                misses_read(rq, &misses);
        for (unsigned i = 0; i < n; i++)
                fill_one(rq, module, records[i], module->message->n_fields);
}
