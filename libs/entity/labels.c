/* Texts beside ids. Owns the label cache of the process. */
#include <stdlib.h>
#include <string.h>

#include "base/places.h"
#include "cauce.pb-c.h"
#include "entity/labels.h"
#include "entity/owner.h"
#include "entity/record.h"
#include "entity/references.h"

#define CACHE_SLOTS 4096
#define ASKS_MAX    8
#define CACHE_US    INT64_C(2000000)

typedef struct Slot {
        const char *module; /* of the generated tables: compared by address */
        Uuid id;
        int64_t until;
        char *label; /* heap; NULL = it has none */
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
        return slot->module && slot->until > now && streq(slot->module, module) &&
               uuid_compare(&slot->id, id) == 0;
}

static void label_add(Arena *arena, RecordHead *head, const char *field, const char *text)
{
        Cauce__Label *label = arena_alloc(arena, sizeof *label);

        cauce__label__init(label);
        label->field = (char *)field;
        label->text = (char *)text;
        head->labels[head->n_labels++] = label;
}

/* The distinct references of a page. */
typedef struct Ref {
        const char *module;
        Uuid id;
        const char *label; /* in the arena; NULL = none */
        bool known;
        bool gone;        /* its owner does not have it */
        struct Ref *next; /* of its bucket */
} Ref;

#define BUCKETS 64

typedef struct Refs {
        unsigned n, n_unknown;
        Ref *items;
        Ref *buckets[BUCKETS];
} Refs;

static unsigned bucket_of(const Uuid *id)
{
        return id->b[sizeof id->b - 1] % BUCKETS;
}

static Ref *ref_find(const Refs *refs, const char *module, const Uuid *id)
{
        for (Ref *ref = refs->buckets[bucket_of(id)]; ref; ref = ref->next)
                if (uuid_compare(&ref->id, id) == 0 && streq(ref->module, module))
                        return ref;
        return NULL;
}

static void ref_add(Req *rq, Refs *refs, const char *module, const Uuid *id, int64_t now)
{
        if (ref_find(refs, module, id))
                return;
        const Slot *slot = slot_of(rq->entity, id);
        Ref *ref = &refs->items[refs->n++];
        Ref **bucket = &refs->buckets[bucket_of(id)];
        *ref = (Ref){
                .module = module, .id = *id, .known = slot_holds(slot, module, id, now), .next = *bucket};
        *bucket = ref;
        if (ref->known)
                ref->label = arena_strdup(rq->arena, slot->label);
        else
                refs->n_unknown++;
}

static void slot_put(Entity *entity, const Ref *ref)
{
        Slot *slot = slot_of(entity, &ref->id);

        free(slot->label);
        *slot = (Slot){.module = ref->module, .id = ref->id, .until = clock_monotonic() + CACHE_US};
        slot->label = ref->label ? strdup(ref->label) : NULL;
        if (ref->label && !slot->label)
                abort();
}

/* The fields of a module that have texts beside them. */
typedef struct Labelled {
        unsigned n;
        const Field **fields;
} Labelled;

static Labelled labelled_of(Arena *arena, const Module *module)
{
        const MessageMeta *meta = module->message;
        Labelled labelled = {.fields = arena_array(arena, meta->n_fields, sizeof *labelled.fields)};

        for (unsigned i = 0; i < meta->n_fields; i++) {
                const Field *field = &meta->fields[i];
                if (field->kind == KIND_CITY || (field->kind == KIND_REFERENCE && field->ref))
                        labelled.fields[labelled.n++] = field;
        }
        return labelled;
}

static void refs_collect(
        Req *rq, const Labelled *labelled, ProtobufCMessage *const *records, unsigned n, Refs *refs)
{
        int64_t now = clock_monotonic();

        for (unsigned i = 0; i < n; i++)
                for (unsigned j = 0; j < labelled->n; j++) {
                        const Field *field = labelled->fields[j];
                        if (field->kind == KIND_CITY || !record_has(records[i], field))
                                continue;
                        Value value = record_get(rq->arena, records[i], field);
                        if (!value.null)
                                ref_add(rq, refs, field->ref, &value.uuid, now);
                }
}

/* A copy that has not arrived: its owner tells, of a few. */
static void refs_ask(Req *rq, Refs *refs)
{
        unsigned asked = 0;

        for (unsigned i = 0; i < refs->n && asked < ASKS_MAX; i++) {
                Ref *ref = &refs->items[i];
                if (ref->known || ref->label || owner_is_self(rq, ref->module))
                        continue;
                asked++;
                ref->gone = owner_label(rq, ref->module, &ref->id, &ref->label) == OWNER_HAS_NOT;
        }
}

/* What can't be read just now is left out: a change that is done must not be answered as one that is not. */
static void refs_read(Req *rq, Refs *refs)
{
        Uuid *ids = arena_array(rq->arena, refs->n_unknown, sizeof *ids);
        unsigned n = 0;
        PgRows *rows;

        for (unsigned i = 0; i < refs->n; i++)
                if (!refs->items[i].known)
                        ids[n++] = refs->items[i].id;
        int r = references_read(rq, ids, n, &rows);
        if (r == PG_FAULT_DOWN || r == PG_E_TIMEOUT)
                return;
        req_pg(rq, r);
        for (int row = 0; row < pg_rows(rows); row++) {
                Uuid id = pg_uuid(rows, row, REFERRED_ID);
                Str module = pg_text(rows, row, REFERRED_MODULE), label = pg_text(rows, row, REFERRED_LABEL);
                Ref *ref = ref_find(refs, arena_strndup(rq->arena, module.p, module.len), &id);
                if (ref)
                        ref->label = arena_strndup(rq->arena, label.p, label.len);
        }
        refs_ask(rq, refs);
        for (unsigned i = 0; i < refs->n; i++)
                if (!refs->items[i].known && (refs->items[i].label || refs->items[i].gone))
                        slot_put(rq->entity, &refs->items[i]);
}

static void fill_one(Req *rq, const Labelled *labelled, ProtobufCMessage *record, const Refs *refs)
{
        RecordHead *head = record_head(record);

        head->n_labels = 0;
        head->labels = arena_array(rq->arena, labelled->n + 1, sizeof *head->labels);
        for (unsigned j = 0; j < labelled->n; j++) {
                const Field *field = labelled->fields[j];
                if (!record_has(record, field))
                        continue;
                Value value = record_get(rq->arena, record, field);
                if (value.null)
                        continue;
                if (field->kind == KIND_CITY) {
                        const Place *place = place_by_code(value.text);
                        if (place)
                                label_add(rq->arena, head, field->name, place_label(rq->arena, place));
                        continue;
                }
                const Ref *ref = ref_find(refs, field->ref, &value.uuid);
                if (ref && ref->label)
                        label_add(rq->arena, head, field->name, ref->label);
        }
}

void labels_fill(Req *rq, const Module *module, ProtobufCMessage *const *records, unsigned n)
{
        const Labelled labelled = labelled_of(rq->arena, module);
        Refs refs = {.items = arena_array(rq->arena, (size_t)n * labelled.n + 1, sizeof *refs.items)};

        refs_collect(rq, &labelled, records, n, &refs);
        if (refs.n_unknown > 0)
                refs_read(rq, &refs);
        for (unsigned i = 0; i < n; i++)
                fill_one(rq, &labelled, records[i], &refs);
}

void labels_of(Req *rq, const char *module, const Uuid *ids, unsigned n, const char **ret)
{
        Refs refs = {.items = arena_array(rq->arena, n + 1, sizeof *refs.items)};

        for (unsigned i = 0; i < n; i++)
                ref_add(rq, &refs, module, &ids[i], clock_monotonic());
        if (refs.n_unknown > 0)
                refs_read(rq, &refs);
        for (unsigned i = 0; i < n; i++)
                ret[i] = ref_find(&refs, module, &ids[i])->label;
}
