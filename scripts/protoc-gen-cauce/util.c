/* What every part of the generator uses: text, names as protoc-c makes them, problems and output files. */
#include "util.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void *have(void *memory)
{
        if (!memory) {
                fputs("protoc-gen-cauce: out of memory\n", stderr);
                exit(1);
        }
        return memory;
}

char *text(const char *format, ...)
{
        char *result = NULL;
        va_list args;

        va_start(args, format);
        int n = vasprintf(&result, format, args);
        va_end(args);
        return have(n < 0 ? NULL : result);
}

void *zalloc(size_t n, size_t size)
{
        return have(calloc(n ? n : 1, size));
}

int streq(const char *a, const char *b)
{
        return strcmp(a, b) == 0;
}

/* ---- names
 * ------------------------------------------------------------------------------------------------------ */

char *snake_of(const char *camel)
{
        char *result = zalloc(2 * strlen(camel) + 1, 1);
        size_t n = 0;
        int was_upper = 1;

        for (const char *p = camel; *p; p++) {
                int upper = isupper((unsigned char)*p) != 0;
                if (upper && !was_upper)
                        result[n++] = '_';
                result[n++] = (char)tolower((unsigned char)*p);
                was_upper = upper;
        }
        return result;
}

char *upper_of(const char *lower)
{
        char *result = text("%s", lower);

        for (char *p = result; *p; p++)
                *p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
        return result;
}

char *lower_of(const char *upper)
{
        char *result = text("%s", upper);

        for (char *p = result; *p; p++)
                *p = (char)tolower((unsigned char)*p);
        return result;
}

/* Each part of a dotted name through `convert`, joined with "__". */
static char *by_part(const char *full, char *(*convert)(const char *part))
{
        char *result = text("%s", "");

        for (const char *part = full, *end; *part; part = *end ? end + 1 : end) {
                end = part + strcspn(part, ".");
                result = text("%s%s%s", result, *result ? "__" : "",
                        convert(text("%.*s", (int)(end - part), part)));
        }
        return result;
}

static char *camel_of(const char *name)
{
        char *result = zalloc(strlen(name) + 1, 1);
        size_t n = 0;
        int upper = 1;

        for (const char *p = name; *p; p++) {
                if (*p != '_')
                        result[n++] = upper ? (char)toupper((unsigned char)*p) : *p;
                upper = *p == '_';
        }
        return result;
}

char *c_type_of(const char *full)
{
        return by_part(full, camel_of);
}

char *c_lower_of(const char *full)
{
        return by_part(full, snake_of);
}

char *c_member_of(const char *field)
{
        static const char *const reserved[] = {"and", "and_eq", "asm", "auto", "bitand", "bitor", "bool",
                "break", "case", "catch", "char", "class", "compl", "const", "const_cast", "continue",
                "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit", "extern",
                "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable",
                "namespace", "new", "not", "not_eq", "operator", "or", "or_eq", "private", "protected",
                "public", "register", "reinterpret_cast", "return", "short", "signed", "sizeof", "static",
                "static_cast", "struct", "switch", "template", "this", "throw", "true", "try", "typedef",
                "typeid", "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t",
                "while", "xor", "xor_eq"};
        char *result = lower_of(field);

        for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
                if (streq(result, reserved[i]))
                        return text("%s_", result);
        return result;
}

void put_c(FILE *out, const char *value)
{
        if (!value) {
                fputs("NULL", out);
                return;
        }
        putc('"', out);
        for (const unsigned char *p = (const unsigned char *)value; *p; p++)
                if (*p == '"' || *p == '\\')
                        fprintf(out, "\\%c", *p);
                else if (*p < ' ')
                        fprintf(out, "\\%03o", *p);
                else
                        putc(*p, out);
        putc('"', out);
}

void put_sql(FILE *out, const char *value)
{
        putc('\'', out);
        for (const char *p = value; *p; p++) {
                if (*p == '\'')
                        putc('\'', out);
                putc(*p, out);
        }
        putc('\'', out);
}

/* ---- problems
 * ----------------------------------------------------------------------------------------------------- */

typedef struct Problem {
        const char *file;
        int line;
        unsigned place;
        const char *message;
} Problem;

#define PROBLEMS_MAX 100
static Problem found[PROBLEMS_MAX];
static unsigned n_found;

void problem(const char *file, int line, const char *format, ...)
{
        char *message = NULL;
        va_list args;

        if (n_found == PROBLEMS_MAX)
                return;
        va_start(args, format);
        int n = vasprintf(&message, format, args);
        va_end(args);
        have(n < 0 ? NULL : message);
        found[n_found] = (Problem){.file = file, .line = line, .place = n_found, .message = message};
        n_found++;
}

static int by_place(const void *left, const void *right)
{
        const Problem *a = left, *b = right;
        int files = strcmp(a->file, b->file);

        if (files)
                return files;
        if (a->line != b->line)
                return a->line < b->line ? -1 : 1;
        return a->place < b->place ? -1 : 1;
}

char *problems(void)
{
        char *result = NULL;

        qsort(found, n_found, sizeof *found, by_place);
        for (unsigned i = 0; i < n_found; i++)
                result = text("%s%s%s:%d: %s", result ? result : "", result ? "\n" : "", found[i].file,
                        found[i].line, found[i].message);
        return result;
}

/* ---- output files
 * ------------------------------------------------------------------------------------------------- */

#define OUTPUTS_MAX 500
static Output files[OUTPUTS_MAX];
static unsigned n_files;

FILE *output(const char *name)
{
        if (n_files == OUTPUTS_MAX) {
                fputs("protoc-gen-cauce: too many output files\n", stderr);
                exit(1);
        }
        Output *file = &files[n_files++];
        file->name = name;
        file->stream = have(open_memstream(&file->content, &file->len));
        return file->stream;
}

const Output *outputs(unsigned *ret_n)
{
        for (unsigned i = 0; i < n_files; i++)
                fclose(files[i].stream);
        *ret_n = n_files;
        return files;
}
