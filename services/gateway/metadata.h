#pragma once

#include "gateway.h"

/* Modules as GET /metadata describes them to one person. */

typedef struct Shown {
        const Module *module;
        const ModuleRights *rights;
        unsigned n_custom;
        const Field *custom; /* fields of the installation, in their order */
} Shown;

/* One module: what its rights hide is left out, also the views and sections that would show it. */
void metadata_module(StrBuf *out, Arena *arena, const Shown *shown);
