/* Runs a folder of migrations: see migrate.h. A file that can't have its locks within three seconds lets go
 * and tries again, so that it does not hold up those who serve meanwhile. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pg/migrate.h"
#include "pg/split.h"

#define FILES_MAX      10000
#define FILE_BYTES_MAX ((off_t)16 << 20)
#define POLL_US        100000
#define LOCK_TRIES     20
#define SHA256_HEX     (2 * crypto_hash_sha256_BYTES + 1)

typedef struct MigrationFile {
        char *name;
        unsigned number;
        Str text;
        char sha256[SHA256_HEX];
        bool applied;
} MigrationFile;

typedef struct Migration {
        PgConn *conn;
        Arena *arena;
        const char *folder, *set, *service;
        MigrationFile *files;
        unsigned n_files;
        MigrateResult *result;
} Migration;

__attribute__((format(printf, 2, 3))) static int refuse(Migration *m, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        (void)vsnprintf(m->result->error, sizeof m->result->error, format, args);
        va_end(args);
        return PG_FAULT;
}

/* ---- the folder ---- */

static bool is_sql(const char *name)
{
        size_t len = strlen(name);

        return len > 4 && streq(name + len - 4, ".sql");
}

/* NNNN_name.sql, its number from 1; 0 = not such a name. */
static unsigned number_of(const char *name)
{
        static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
        uint32_t number = 0;

        if (strlen(name) < sizeof "0000_x.sql" - 1 || name[4] != '_' ||
                strspn(name + 5, letters) != strlen(name) - sizeof "0000_.sql" + 1 ||
                parse_u32((Str){name, 4}, &number) < 0)
                return 0;
        return number;
}

static int by_name(const void *a, const void *b)
{
        return strcmp(((const MigrationFile *)a)->name, ((const MigrationFile *)b)->name);
}

static int list_files(Migration *m, DIR *dir)
{
        const struct dirent *entry;

        m->files = arena_array(m->arena, FILES_MAX, sizeof *m->files);
        while ((entry = readdir(dir))) {
                MigrationFile *file = &m->files[m->n_files];

                if (!is_sql(entry->d_name))
                        continue;
                if (m->n_files++ == FILES_MAX)
                        return refuse(m, "%s: too many files", m->folder);
                file->name = arena_strdup(m->arena, entry->d_name);
                file->number = number_of(file->name);
                if (!file->number)
                        return refuse(m, "%s: not a name like 0001_what.sql", file->name);
        }
        qsort(m->files, m->n_files, sizeof *m->files, by_name);
        for (unsigned i = 0; i < m->n_files; i++)
                if (m->files[i].number != i + 1)
                        return refuse(m, "%s: expected number %04u here", m->files[i].name, i + 1);
        return 0;
}

static int read_all(Migration *m, MigrationFile *file, int fd)
{
        struct stat stat;
        size_t len = 0;
        char *text;
        ssize_t n;

        if (fd < 0 || fstat(fd, &stat) < 0)
                return refuse(m, "%s: %s", file->name, strerror(errno));
        if (stat.st_size > FILE_BYTES_MAX)
                return refuse(m, "%s: over %d MB", file->name, (int)(FILE_BYTES_MAX >> 20));
        text = arena_alloc(m->arena, (size_t)stat.st_size + 1);
        while ((n = read(fd, text + len, (size_t)stat.st_size - len)) > 0)
                len += (size_t)n;
        if (n < 0)
                return refuse(m, "%s: %s", file->name, strerror(errno));
        file->text = (Str){text, len};
        if (!utf8_valid(file->text))
                return refuse(m, "%s: not UTF-8", file->name);
        return 0;
}

static int read_file(Migration *m, MigrationFile *file)
{
        unsigned char hash[crypto_hash_sha256_BYTES];
        int fd = open(arena_printf(m->arena, "%s/%s", m->folder, file->name), O_RDONLY | O_CLOEXEC);
        int r = read_all(m, file, fd);

        if (fd >= 0)
                (void)close(fd);
        if (r < 0)
                return r;
        (void)crypto_hash_sha256(hash, (const unsigned char *)file->text.p, file->text.len);
        (void)sodium_bin2hex(file->sha256, sizeof file->sha256, hash, sizeof hash);
        return 0;
}

static int read_folder(Migration *m)
{
        DIR *dir = opendir(m->folder);
        int r;

        if (!dir)
                return refuse(m, "%s: %s", m->folder, strerror(errno));
        r = list_files(m, dir);
        (void)closedir(dir);
        for (unsigned i = 0; r == 0 && i < m->n_files; i++)
                r = read_file(m, &m->files[i]);
        return r;
}

/* ---- what was applied ---- */

static int refuse_pg(Migration *m, const char *what)
{
        return refuse(m, "%s: %s", what, pg_error());
}

static MigrationFile *file_named(Migration *m, Str name)
{
        for (unsigned i = 0; i < m->n_files; i++)
                if (str_is(name, m->files[i].name))
                        return &m->files[i];
        return NULL;
}

/* One row of schema_migration against the folder. A number beyond the folder's is a newer version's. */
static int compare(Migration *m, Str name, Str sha256)
{
        MigrationFile *file = file_named(m, name);
        uint32_t number = 0;

        if (!file) {
                (void)parse_u32((Str){name.p, name.len < 4 ? name.len : 4}, &number);
                if (number <= m->n_files)
                        return refuse(
                                m, "%.*s: was applied, but is not in the folder", (int)name.len, name.p);
                return 0;
        }
        if (!str_is(sha256, file->sha256))
                return refuse(m, "%s: was changed after it was applied", file->name);
        file->applied = true;
        m->result->present++;
        return 0;
}

static int read_applied(Migration *m)
{
        static const char table[] =
                "CREATE TABLE IF NOT EXISTS schema_migration (set text NOT NULL, file text NOT NULL,"
                " sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(),"
                " PRIMARY KEY (set, file))";
        PgArgs *args = pg_args(m->arena);
        PgStmt stmt = {.sql = "SELECT file, sha256 FROM schema_migration WHERE set = $1 ORDER BY file",
                .args = args};
        PgRows *rows = NULL;

        (void)pg_arg_text(args, str_of(m->set));
        if (pg_conn_script(m->conn, table) != 0 || pg_conn_exec(m->conn, m->arena, &stmt, 1, &rows) != 0)
                return refuse_pg(m, "schema_migration");
        for (int row = 0; row < pg_rows(rows); row++) {
                int r = compare(m, pg_text(rows, row, 0), pg_text(rows, row, 1));
                if (r < 0)
                        return r;
        }
        for (unsigned i = 1; i < m->n_files; i++)
                if (m->files[i].applied && !m->files[i - 1].applied)
                        return refuse(
                                m, "%s: was not applied, but %s was", m->files[i - 1].name, m->files[i].name);
        return 0;
}

/* ---- applying ---- */

static char *with_service(Migration *m, Str text)
{
        static const char place[] = "$(service)";
        StrBuf out = {.arena = m->arena};
        const char *at = text.p, *hit;

        for (; (hit = strstr(at, place)); at = hit + sizeof place - 1) {
                strbuf_put(&out, at, (size_t)(hit - at));
                strbuf_puts(&out, m->service);
        }
        strbuf_puts(&out, at);
        return out.p;
}

static int record(Migration *m, const MigrationFile *file)
{
        PgArgs *args = pg_args(m->arena);
        PgStmt stmt = {
                .sql = "INSERT INTO schema_migration (set, file, sha256) VALUES ($1, $2, $3)", .args = args};

        (void)pg_arg_text(args, str_of(m->set));
        (void)pg_arg_text(args, str_of(file->name));
        (void)pg_arg_text(args, str_of(file->sha256));
        return pg_conn_exec(m->conn, m->arena, &stmt, 1, NULL);
}

/* > 0 or < 0 = pg_error says why. */
static int apply_in_transaction(Migration *m, const MigrationFile *file, const char *sql)
{
        int r = pg_conn_script(m->conn, "BEGIN; SET LOCAL lock_timeout = '3s'");

        r = r ? r : pg_conn_script(m->conn, sql);
        if (r)
                return r;
        if (!pg_conn_in_transaction(m->conn))
                return refuse(m, "%s: ends its transaction itself", file->name);
        r = record(m, file);
        return r ? r : pg_conn_script(m->conn, "COMMIT");
}

static int apply_by_statement(Migration *m, const MigrationFile *file, const char *sql)
{
        Str script = str_of(sql), statement;

        while (pgscript_next(&script, &statement)) {
                int r = pg_conn_script(m->conn, arena_strndup(m->arena, statement.p, statement.len));
                if (r)
                        return r;
        }
        return record(m, file);
}

static int apply(Migration *m, const MigrationFile *file)
{
        static const char mark[] = "-- cauce: no transaction";
        bool alone = strncmp(file->text.p, mark, sizeof mark - 1) == 0;
        const char *sql = with_service(m, file->text);
        int r = PG_E_LOCKED;

        for (int tries = 0; r == PG_E_LOCKED && tries < LOCK_TRIES; tries++) {
                if (tries)
                        task_sleep(10 * POLL_US);
                r = alone ? apply_by_statement(m, file, sql) : apply_in_transaction(m, file, sql);
        }
        if (r == 0) {
                m->result->applied++;
                return 0;
        }
        return *m->result->error ? PG_FAULT : refuse_pg(m, file->name);
}

static int apply_all(Migration *m)
{
        int r = read_applied(m);

        for (unsigned i = 0; r == 0 && i < m->n_files; i++)
                if (!m->files[i].applied)
                        r = apply(m, &m->files[i]);
        return r;
}

/* ---- one at a time ---- */

/* Asked for again and again: a session that waits inside PostgreSQL would hold up CREATE INDEX CONCURRENTLY.
 */
static int lock(Migration *m, int64_t *ret_key)
{
        PgStmt stmt = {.sql = "SELECT hashtextextended('cauce.migrate.' || current_schema(), 0)"};
        PgRows *rows = NULL;
        int r = pg_conn_exec(m->conn, m->arena, &stmt, 1, &rows);

        if (r)
                return refuse_pg(m, "lock");
        if (pg_null(rows, 0, 0))
                return refuse(m, "the role's search_path names no schema");
        *ret_key = pg_int(rows, 0, 0);
        while ((r = pg_conn_try_lock(m->conn, *ret_key)) == PG_E_LOCKED)
                task_sleep(POLL_US);
        return r ? refuse_pg(m, "lock") : 0;
}

static void unlock(Migration *m, int64_t key)
{
        PgArgs *args = pg_args(m->arena);
        PgStmt stmt = {.sql = "SELECT pg_advisory_unlock($1)", .args = args};

        (void)pg_arg_int8(args, key);
        (void)pg_conn_exec(m->conn, m->arena, &stmt, 1, NULL);
}

int migrate_run(PgConn *conn, const char *folder, const char *set, const char *service, MigrateResult *ret)
{
        Migration m = {.conn = conn, .folder = folder, .set = set, .service = service, .result = ret};
        int64_t key = 0;
        int r;

        *ret = (MigrateResult){};
        m.arena = arena_new();
        r = read_folder(&m);
        if (r == 0)
                r = lock(&m, &key);
        if (r == 0) {
                r = apply_all(&m);
                unlock(&m, key);
        }
        arena_free(m.arena);
        return r;
}
