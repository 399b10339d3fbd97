/* Static files: the list, types, cache rules. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "http/gzip.h"
#include "service/static_files.h"

#define FILES_MAX 2000
#define DEPTH_MAX 6

typedef struct File {
        char *name; /* "/assets/index-x.js" */
        char *path;
        const char *type;
        bool hashed;  /* under /assets: its name changes with its content */
        char *packed; /* path of the same, packed by the build beside it as <name>.gz; NULL = none */
} File;

struct StaticFiles {
        unsigned n;
        File files[FILES_MAX];
};

static const char *type_of(const char *name)
{
        static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
                {".svg", "image/svg+xml"}, {".png", "image/png"}, {".ico", "image/x-icon"},
                {".json", "application/json"}, {".webmanifest", "application/manifest+json"},
                {".woff2", "font/woff2"}, {".txt", "text/plain; charset=utf-8"}};
        const char *dot = strrchr(name, '.');

        for (size_t i = 0; dot && i < sizeof types / sizeof types[0]; i++)
                if (streq(dot, types[i][0]))
                        return types[i][1];
        return "application/octet-stream";
}

static char *packed_beside(const char *path)
{
        struct stat st;
        char *packed = NULL;

        if (asprintf(&packed, "%s.gz", path) < 0)
                abort();
        if (stat(packed, &st) == 0 && S_ISREG(st.st_mode))
                return packed;
        free(packed);
        return NULL;
}

static bool is_packed(const char *name)
{
        size_t n = strlen(name);

        return n > 3 && streq(name + n - 3, ".gz");
}

static void load(StaticFiles *files, const char *folder, const char *prefix, unsigned depth)
{
        DIR *dir = opendir(folder);
        struct dirent *entry;
        struct stat st;

        if (!dir || depth > DEPTH_MAX) {
                if (dir)
                        (void)closedir(dir);
                return;
        }
        while ((entry = readdir(dir)) && files->n < FILES_MAX) {
                char *path = NULL, *name = NULL;
                if (entry->d_name[0] == '.' || is_packed(entry->d_name))
                        continue;
                if (asprintf(&path, "%s/%s", folder, entry->d_name) < 0 ||
                        asprintf(&name, "%s/%s", prefix, entry->d_name) < 0)
                        abort();
                if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
                        files->files[files->n++] = (File){name, path, type_of(name),
                                strncmp(name, "/assets/", 8) == 0, packed_beside(path)};
                        continue;
                }
                if (S_ISDIR(st.st_mode))
                        load(files, path, name, depth + 1);
                free(path);
                free(name);
        }
        (void)closedir(dir);
}

StaticFiles *static_files_load(const char *folder)
{
        StaticFiles *files = calloc(1, sizeof *files);

        if (!files)
                abort();
        if (folder && folder[0])
                load(files, folder, "", 0);
        return files;
}

StaticFiles *static_files_free(StaticFiles *files)
{
        for (unsigned i = 0; files && i < files->n; i++) {
                free(files->files[i].name);
                free(files->files[i].path);
                free(files->files[i].packed);
        }
        free(files);
        return NULL;
}

static const File *file_named(const StaticFiles *files, Str name)
{
        for (unsigned i = 0; i < files->n; i++)
                if (str_is(name, files->files[i].name))
                        return &files->files[i];
        return NULL;
}

static void not_found(HttpRequest *request)
{
        http_reply(request, 404, "text/plain; charset=utf-8", "404\n", 4);
}

void static_files_answer(const StaticFiles *files, HttpRequest *request)
{
        Str path = request->path;
        const File *file = file_named(files, path);

        if (!str_is(request->method, "GET") && !request->head) {
                http_set(request, "Allow", "GET, HEAD");
                http_reply(request, 405, "text/plain; charset=utf-8", "405\n", 4);
                return;
        }
        /* An address of the client's own router has no dot. */
        if (!file && !memchr(path.p, '.', path.len))
                file = file_named(files, STR("/index.html"));
        if (!file) {
                not_found(request);
                return;
        }
        http_set(request, "Cache-Control", file->hashed ? "public, max-age=31536000, immutable" : "no-cache");
        http_replace(request, "Content-Security-Policy",
                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
                "base-uri 'self'; form-action 'self'; frame-ancestors 'none'");
        const char *sent = file->path;
        if (file->packed) {
                http_set(request, "Vary", "Accept-Encoding");
                if (gzip_accepted(http_header(request, "Accept-Encoding"))) {
                        http_set(request, "Content-Encoding", "gzip");
                        sent = file->packed;
                }
        }
        if (http_file(request, 200, file->type, sent) != 0)
                not_found(request);
}
