/* Looking things up in the generated tables. */
#include <string.h>

#include "base/meta.h"

const Module *module_by_key(const char *key)
{
        for (const Module *const *module = cauce_modules; *module; module++)
                if (streq((*module)->key, key))
                        return *module;
        return NULL;
}

const Module *module_by_path(Str path)
{
        for (const Module *const *module = cauce_modules; *module; module++)
                if (str_is(path, (*module)->path))
                        return *module;
        return NULL;
}

static int compare(Str a, const char *b)
{
        size_t len = strlen(b);
        int r = memcmp(a.p, b, a.len < len ? a.len : len);

        return r ? r : (a.len > len) - (a.len < len);
}

/* By protobuf-c's own index: the descriptor's fields in the order of their names. */
const Field *message_field(const MessageMeta *message, Str name)
{
        const ProtobufCMessageDescriptor *descriptor = message->descriptor;
        unsigned low = 0, high = descriptor->n_fields;

        while (low < high) {
                unsigned middle = (low + high) / 2;
                unsigned index = descriptor->fields_sorted_by_name[middle];
                int r = compare(name, descriptor->fields[index].name);
                if (r == 0)
                        return &message->fields[index];
                if (r < 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        return NULL;
}

const Field *message_field_tag(const MessageMeta *message, uint32_t number)
{
        unsigned low = 0, high = message->descriptor->n_fields;

        while (low < high) {
                unsigned middle = (low + high) / 2;
                if (message->fields[middle].number == number)
                        return &message->fields[middle];
                if (message->fields[middle].number > number)
                        high = middle;
                else
                        low = middle + 1;
        }
        return NULL;
}

const char *picklist_label(const Picklist *picklist, const char *key, Lang lang)
{
        for (unsigned i = 0; i < picklist->n_items; i++)
                if (streq(picklist->items[i].key, key))
                        return label_in(&picklist->items[i].label, lang);
        return NULL;
}
