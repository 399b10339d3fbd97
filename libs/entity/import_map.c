/* Headers to fields, and new custom fields for headers that match none. */
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/cells.h"
#include "entity/import_map.h"
#include "entity/record.h"
#include "entity/rejects.h"
#include "entity/validate.h"

#define SURVEY_ROWS 5000 /* of which the kinds are guessed */
#define KEY_MAX     50

static bool fold_eq(Arena *arena, Str a, const char *b)
{
        if (!b)
                return false;
        Str x = text_fold(arena, str_trim(a)), y = text_fold(arena, str_of(b));
        return x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
}

static bool header_is(Arena *arena, const Field *field, Str header)
{
        return fold_eq(arena, header, field->name) || fold_eq(arena, header, field->label.es) ||
               fold_eq(arena, header, field->label.en);
}

static bool importable(const Field *field)
{
        switch (store_of(field->kind)) {
        case STORE_NONE:
        case STORE_CUSTOM:
        case STORE_TEXTS:
                return false;
        default:
                return !(field->flags & FIELD_READ_ONLY);
        }
}

static const Field *match_built_in(Arena *arena, const ModuleRuntime *module, Str header)
{
        for (unsigned i = 0; i < module->n_columns; i++)
                if (importable(module->columns[i]) && header_is(arena, module->columns[i], header))
                        return module->columns[i];
        return NULL;
}

static const Field *match_custom(Arena *arena, const ModuleRuntime *module, Str header)
{
        for (unsigned i = 0; i < module->n_custom; i++)
                if (header_is(arena, module->custom[i], header))
                        return module->custom[i];
        return NULL;
}

static const Field *match(Arena *arena, const ModuleRuntime *module, const Cauce__ImportRequest *spec,
        const ImportSurvey *survey, unsigned i)
{
        Str header = str_of(survey->headers[i]);
        const Field *field = survey->matches[i];

        if (spec->create_fields && survey->misfits[i] > survey->fits[i])
                field = NULL;
        return field ? field : match_custom(arena, module, header);
}

/* True when the request names this header; *ret_field is NULL for "skip". */
static bool explicitly(
        const Cauce__ImportRequest *spec, const ModuleRuntime *module, Str header, const Field **ret_field)
{
        for (size_t i = 0; i < spec->n_columns; i++) {
                const Cauce__ImportColumn *column = spec->columns[i];
                if (!column->header || !str_is(str_trim(header), column->header))
                        continue;
                const Field *field = runtime_field(module, str_of(column->field));
                *ret_field = field && importable(field) ? field : NULL;
                return true;
        }
        return false;
}

static bool taken(const ImportMap *map, unsigned n, const Field *field)
{
        for (unsigned i = 0; i < n; i++)
                if (map->fields[i] == field)
                        return true;
        return false;
}

void import_map_header(ImportMap *map, Arena *arena, const ModuleRuntime *module,
        const Cauce__ImportRequest *spec, const ImportSurvey *survey)
{
        *map = (ImportMap){.n = survey->n};
        for (unsigned i = 0; i < survey->n; i++) {
                const Field *field = NULL;
                if (!explicitly(spec, module, str_of(survey->headers[i]), &field))
                        field = match(arena, module, spec, survey, i);
                if (!field || reject_header(str_of(survey->headers[i])) || taken(map, i, field))
                        continue;
                map->fields[i] = field;
                map->n_mapped++;
        }
}

/* ---- survey ---- */

static void survey_fit(ImportSurvey *survey, unsigned i, Str cell)
{
        Arena *arena = arena_new();
        Value value;
        MsgCode code;
        const char *why;

        if (validate_text(arena, survey->entity, survey->matches[i], cell, &value, &code, &why))
                survey->fits[i]++;
        else
                survey->misfits[i]++;
        (void)arena_free(arena);
}

bool import_survey_row(void *arg, int64_t line, const Str *cells, unsigned n)
{
        ImportSurvey *survey = arg;
        int64_t number;

        if (survey->n == 0) {
                for (; survey->n < n; survey->n++) {
                        Str header = str_trim(cells[survey->n]);
                        survey->headers[survey->n] = arena_strndup(survey->arena, header.p, header.len);
                        survey->matches[survey->n] = match_built_in(survey->arena, survey->module, header);
                }
                return true;
        }
        if (++survey->rows > SURVEY_ROWS)
                return true;
        for (unsigned i = 0; i < n && i < survey->n; i++) {
                Str cell = str_trim(cell_undefused(cells[i]));
                if (cell.len == 0)
                        continue;
                survey->seen[i] = true;
                survey->not_integer[i] |= parse_i64(cell, &number) != 0;
                survey->not_decimal[i] |= parse_decimal(cell, 6, &number) != 0;
                survey->long_text[i] |= cell.len > 300;
                if (survey->matches[i])
                        survey_fit(survey, i, cell);
        }
        return true;
}

static Cauce__Kind kind_of(const ImportSurvey *survey, unsigned i)
{
        if (survey->long_text[i])
                return CAUCE__KIND__KIND_LONG_TEXT;
        if (!survey->seen[i] || survey->not_decimal[i])
                return CAUCE__KIND__KIND_TEXT;
        return survey->not_integer[i] ? CAUCE__KIND__KIND_DECIMAL : CAUCE__KIND__KIND_INTEGER;
}

/* "Total Time Spent on Website" → "total_time_spent_on_website". */
static char *key_of(Arena *arena, const char *header)
{
        Str folded = text_fold(arena, str_of(header));
        StrBuf key = {.arena = arena};

        for (size_t i = 0; i < folded.len && key.len < KEY_MAX; i++) {
                char c = folded.p[i];
                bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
                if (key.len == 0 && digit)
                        strbuf_puts(&key, "c_");
                if (letter || digit)
                        strbuf_putc(&key, c);
                else if (key.len > 0 && key.p[key.len - 1] != '_')
                        strbuf_putc(&key, '_');
        }
        while (key.len > 0 && key.p[key.len - 1] == '_')
                key.p[--key.len] = '\0';
        return key.p;
}

typedef struct Creation {
        const ModuleRuntime *module;
        Cauce__CustomField *field;
} Creation;

static void create_body(Req *rq, void *arg)
{
        const Creation *creation = arg;

        access_check(rq, creation->module, ACCESS_SETTINGS);
        runtime_create_field(rq, creation->module, creation->field);
}

static int create_field(Entity *entity, const JobRun *job, const ModuleRuntime *module,
        const ImportSurvey *survey, unsigned i)
{
        Cauce__CustomField field = CAUCE__CUSTOM_FIELD__INIT;
        const Creation creation = {.module = module, .field = &field};
        const CallContext context = job_context(job);
        Req rq;

        field.key = key_of(job->arena, survey->headers[i]);
        if (!field.key || !field.key[0])
                return 0;
        field.has_kind = true;
        field.kind = kind_of(survey, i);
        field.es = field.en = survey->headers[i];
        if (req_run(&rq, job->arena, entity, &context, create_body, (void *)&creation))
                return 0;
        /* Another column or a former run has made it. */
        return msg_status(rq.problems[0].code) < 500 ? 0 : -1;
}

int import_create_fields(Entity *entity, const JobRun *job, const ModuleRuntime *module,
        const Cauce__ImportRequest *spec, const ImportSurvey *survey)
{
        int r = 0;

        for (unsigned i = 0; i < survey->n && r == 0; i++) {
                Str header = str_of(survey->headers[i]);
                const Field *field;
                if (header.len == 0 || reject_header(header) || explicitly(spec, module, header, &field) ||
                        match(job->arena, module, spec, survey, i))
                        continue;
                r = create_field(entity, job, module, survey, i);
                module = runtime_module(entity, str_of(job->module));
        }
        return r;
}
