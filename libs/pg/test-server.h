#pragma once

/* A PostgreSQL of one's own for a test: in a temporary folder, on a unix socket, as user postgres when we are
 * root, ended with the test. Included by one test file each; no part of the library. */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVER_BIN "/usr/lib/postgresql/15/bin/"

typedef struct Server {
        char folder[64];
        char data[80];
        char conninfo[160]; /* superuser "cauce", database "postgres" */
        pid_t pid;
} Server;

/* Runs a program as the unprivileged user, its output into the folder's log; returns its pid. */
static inline pid_t server_spawn(const Server *server, const char *const argv[])
{
        pid_t pid = fork();

        if (pid != 0)
                return pid;
        char log[80];
        (void)snprintf(log, sizeof log, "%s/log", server->folder);
        if (geteuid() == 0) {
                const struct passwd *user = getpwnam("postgres");
                if (!user || setgroups(0, NULL) < 0 || setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0)
                        _exit(127);
        }
        (void)prctl(PR_SET_PDEATHSIG, SIGINT);
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd < 0 || chdir(server->folder) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
                _exit(127);
        (void)unsetenv("PGHOST");
        (void)unsetenv("PGPORT");
        execv(argv[0], (char *const *)argv);
        _exit(127);
}

static inline int server_run(const Server *server, const char *const argv[])
{
        int status = -1;
        pid_t pid = server_spawn(server, argv);

        while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
                ;
        return status;
}

static inline void server_up(Server *server)
{
        const char *const argv[] = {SERVER_BIN "postgres", "-D", server->data, "-k", server->folder, "-c",
                "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=80", "-c",
                "shared_buffers=64MB", NULL};

        server->pid = server_spawn(server, argv);
        for (int i = 0; i < 600; i++) {
                if (PQping(server->conninfo) == PQPING_OK)
                        return;
                (void)usleep(50000);
        }
        (void)fprintf(stderr, "postgres does not start: see %s/log\n", server->folder);
        abort();
}

/* SIGINT = fast, SIGQUIT = at once, as in a crash. */
static inline void server_down(Server *server, int sig)
{
        if (server->pid <= 0)
                return;
        (void)kill(server->pid, sig);
        while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        server->pid = 0;
}

static inline void server_start(Server *server)
{
        *server = (Server){.folder = "/tmp/cauce-pg-XXXXXX"};
        if (!mkdtemp(server->folder))
                abort();
        if (geteuid() == 0) {
                const struct passwd *user = getpwnam("postgres");
                if (!user || chown(server->folder, user->pw_uid, user->pw_gid) < 0)
                        abort();
        }
        (void)snprintf(server->data, sizeof server->data, "%s/data", server->folder);
        (void)snprintf(server->conninfo, sizeof server->conninfo, "host=%s user=cauce dbname=postgres",
                server->folder);
        const char *const argv[] = {SERVER_BIN "initdb", "-D", server->data, "-A", "trust", "-U", "cauce",
                "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", NULL};
        if (server_run(server, argv) != 0) {
                (void)fprintf(stderr, "initdb failed: see %s/log\n", server->folder);
                abort();
        }
        server_up(server);
}

static inline void server_end(Server *server)
{
        const char *const argv[] = {"/bin/rm", "-rf", server->folder, NULL};

        server_down(server, SIGINT);
        (void)server_run(server, argv);
        if (access(server->folder, F_OK) == 0)
                (void)rmdir(server->folder);
}

/* From outside of what is tested: a blocking connection. */
static inline PGconn *server_psql(const Server *server)
{
        PGconn *psql = PQconnectdb(server->conninfo);

        if (PQstatus(psql) != CONNECTION_OK)
                abort();
        PQclear(PQexec(psql, "SET client_min_messages = warning"));
        return psql;
}

/* The first value as a number, 0 when there is none; aborts on an error. */
static inline long server_ask(PGconn *psql, const char *sql)
{
        PGresult *result = PQexec(psql, sql);
        ExecStatusType status = PQresultStatus(result);
        long value = 0;

        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
                (void)fprintf(stderr, "%s: %s", sql, PQresultErrorMessage(result));
                abort();
        }
        if (status == PGRES_TUPLES_OK && PQntuples(result) > 0)
                value = strtol(PQgetvalue(result, 0, 0), NULL, 10);
        PQclear(result);
        return value;
}
