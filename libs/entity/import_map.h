#pragma once

#include "entity/import.h"

/* Which column of a file goes into which field. */

typedef struct ImportMap {
        unsigned n, n_mapped;
        const Field *fields[IMPORT_COLUMNS_MAX]; /* NULL = skipped */
} ImportMap;

/* 0 or a fault. Explicit columns of the request count first, then names and labels, case and accents folded. */
int import_map_header(ImportMap *map, Arena *arena, const ModuleRuntime *module, const struct Cauce__ImportRequest *spec,
        const Str *cells, unsigned n);

/* What a file holds: rows, header, and what its columns look like. */
typedef struct ImportSurvey {
        Arena *arena;
        int64_t rows; /* without the header */
        unsigned n;
        char *headers[IMPORT_COLUMNS_MAX];
        bool seen[IMPORT_COLUMNS_MAX];        /* some row has a value */
        bool not_integer[IMPORT_COLUMNS_MAX];
        bool not_decimal[IMPORT_COLUMNS_MAX];
        bool long_text[IMPORT_COLUMNS_MAX];
} ImportSurvey;

bool import_survey_row(void *survey, const Str *cells, unsigned n);
/* Makes a custom field of every header that matches nothing; ones that exist already are left alone. */
int import_create_fields(Entity *entity, const JobRun *job, const ModuleRuntime *module,
        const struct Cauce__ImportRequest *spec, const ImportSurvey *survey);
