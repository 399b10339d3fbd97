#pragma once

#include "entity/import.h"

/* Which column of a file goes into which field. */

typedef struct ImportMap {
        unsigned n, n_mapped;
        const Field *fields[IMPORT_COLUMNS_MAX]; /* NULL = skipped */
} ImportMap;

/* What a file holds: rows, header, and what its columns look like. */
typedef struct ImportSurvey {
        Arena *arena;
        const Entity *entity;
        const ModuleRuntime *module;
        const Field *matches[IMPORT_COLUMNS_MAX]; /* built-in field that bears the header's name */
        unsigned fits[IMPORT_COLUMNS_MAX],
                misfits[IMPORT_COLUMNS_MAX]; /* sampled values that it takes or refuses */
        int64_t rows;                        /* without the header */
        unsigned n;
        char *headers[IMPORT_COLUMNS_MAX];
        bool seen[IMPORT_COLUMNS_MAX]; /* some row has a value */
        bool not_integer[IMPORT_COLUMNS_MAX];
        bool not_decimal[IMPORT_COLUMNS_MAX];
        bool long_text[IMPORT_COLUMNS_MAX];
} ImportSurvey;

/* Explicit columns of the request count first, then names and labels, case and accents folded. With
 * create_fields a column whose values mostly don't fit the built-in field of that name (cities of another
 * country) is one of its own. */
void import_map_header(ImportMap *map, Arena *arena, const ModuleRuntime *module,
        const struct Cauce__ImportRequest *spec, const ImportSurvey *survey);

/* A CsvFileRow. */
bool import_survey_row(void *survey, int64_t line, const Str *cells, unsigned n);
/* Makes a custom field of every header that matches no field; ones that exist already are left alone. */
int import_create_fields(Entity *entity, const JobRun *job, const ModuleRuntime *module,
        const struct Cauce__ImportRequest *spec, const ImportSurvey *survey);
