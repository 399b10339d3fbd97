/* Refuses, with file and line, what the tables could not say. Rules of modules are in check_module.c. */
#include <ctype.h>
#include <string.h>

#include "model.h"
#include "util.h"

#define TYPE(name) GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_##name
#define KIND(name) CAUCE__KIND__KIND_##name

void check(const Model *model)
{
        (void)model;
}
