#pragma once

#include "entity.cauce.h"
#include "entity/cells.h"
#include "gateway.h"

/* An export under way. */
typedef struct Export {
        Exchange *x;
        const Module *module;
        Cauce__ListRequest in; /* of the next page; its cursor outlives the page */
        char cursor[8192];
        bool bom;
        bool limited; /* `left` counts */
        uint32_t left;
        unsigned n;
        const Field **columns;
        CellStyle style;
        uint64_t epoch; /* as of which the session is known to be in force */
        bool begun, done, gone;
} Export;

/* Chooses the columns and names them in the list's request. A column that somebody asked for by name and that
 * is not there is NULL: the list refuses it. */
void export_columns(Exchange *x, Export *export);
/* Reads the query into it. */
void export_params(Exchange *x, Export *export);
/* "leads-2026-11-21.csv" */
const char *export_file_name(Exchange *x, const Module *module);
