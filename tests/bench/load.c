/* load: many keep-alive connections that ask one after the other, for a number of seconds; prints one line of
 * JSON: how many, how long they took, which statuses came back. Lean, since it shares the machine with what
 * it measures. */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

#define ANSWER_MAX (1 << 20)

typedef struct Load Load;

typedef struct Conn {
        Load *load;
        int fd;
        bool waiting; /* for an answer */
        uint64_t began;
        Record *record;
        size_t len;
        char *answer;
        struct event *event;
} Conn;

struct Load {
        struct event_base *base;
        Mix mix;
        struct sockaddr_in address;
        unsigned n_conns, rate; /* rate: requests a second; 0 = as many as are answered */
        Conn *conns;
        uint64_t started, until, paced;
        uint64_t statuses[600], broken, bytes;
        Histogram times;
};

static uint64_t now_us(void)
{
        struct timespec now;

        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static _Noreturn void die(const char *what)
{
        perror(what);
        exit(1);
}

static void on_readable(evutil_socket_t fd, short what, void *arg);

static void conn_open(Conn *conn)
{
        int one = 1;

        conn->fd = socket(AF_INET, SOCK_STREAM, 0);
        if (conn->fd < 0 || connect(conn->fd, (const struct sockaddr *)&conn->load->address,
                                    sizeof conn->load->address) < 0)
                die("connect");
        (void)setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        (void)evutil_make_socket_nonblocking(conn->fd);
        conn->waiting = false;
        conn->len = 0;
        conn->event = event_new(conn->load->base, conn->fd, EV_READ | EV_PERSIST, on_readable, conn);
        (void)event_add(conn->event, NULL);
}

static void conn_send(Conn *conn)
{
        char request[REQUEST_MAX];
        size_t len = mix_request(&conn->load->mix, request, &conn->record);

        conn->waiting = true;
        conn->began = now_us();
        /* A request is far smaller than a socket's buffer, which is empty. */
        if (write(conn->fd, request, len) != (ssize_t)len)
                die("write");
}

static void conn_next(Conn *conn)
{
        Load *load = conn->load;

        if (load->rate == 0 && now_us() < load->until)
                conn_send(conn);
}

static void conn_again(Conn *conn)
{
        conn->load->broken += conn->waiting;
        event_free(conn->event);
        (void)close(conn->fd);
        if (now_us() >= conn->load->until)
                return;
        conn_open(conn);
        conn_next(conn);
}

/* The length of the whole answer in the buffer; 0 = there is more to come. */
static size_t answer_whole(const Conn *conn, int *ret_status, const char **ret_body)
{
        const char *body = memmem(conn->answer, conn->len, "\r\n\r\n", 4);

        if (!body || conn->len < 16)
                return 0;
        body += 4;
        const char *length = strcasestr(conn->answer, "\r\ncontent-length:");
        size_t size = length && length < body ? strtoul(length + 17, NULL, 10) : 0;
        size_t whole = (size_t)(body - conn->answer) + size;

        *ret_status = (int)strtol(conn->answer + 9, NULL, 10);
        *ret_body = body;
        if (whole >= ANSWER_MAX) {
                (void)fprintf(stderr, "an answer of %zu bytes is too long\n", whole);
                exit(1);
        }
        return conn->len >= whole ? whole : 0;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
        Conn *conn = arg;
        Load *load = conn->load;
        const char *body = NULL;
        int status = 0;
        ssize_t n = read(fd, conn->answer + conn->len, ANSWER_MAX - 1 - conn->len);

        if (n < 0 && errno == EAGAIN)
                return;
        if (n <= 0) {
                conn_again(conn);
                return;
        }
        conn->len += (size_t)n;
        load->bytes += (uint64_t)n;
        conn->answer[conn->len] = '\0';
        if (answer_whole(conn, &status, &body) == 0)
                return;
        histogram_add(&load->times, now_us() - conn->began);
        load->statuses[status < 0 || status >= 600 ? 0 : status]++;
        if (conn->record)
                mix_answer(conn->record, status, conn->answer, body);
        conn->waiting = false;
        conn->len = 0;
        conn_next(conn);
}

/* Every millisecond: as many as are due, on connections that wait for nothing. */
static void on_pace(evutil_socket_t fd, short what, void *arg)
{
        Load *load = arg;
        uint64_t due = (now_us() - load->started) * load->rate / 1000000;

        for (unsigned i = 0; i < load->n_conns && load->paced < due && now_us() < load->until; i++)
                if (!load->conns[i].waiting) {
                        conn_send(&load->conns[i]);
                        load->paced++;
                }
}

static void run(Load *load, unsigned seconds)
{
        const struct timeval end = {.tv_sec = seconds, .tv_usec = 200000}, pace = {.tv_usec = 1000};

        load->base = event_base_new();
        load->conns = calloc(load->n_conns, sizeof *load->conns);
        for (unsigned i = 0; i < load->n_conns; i++) {
                load->conns[i] = (Conn){.load = load, .answer = malloc(ANSWER_MAX)};
                conn_open(&load->conns[i]);
        }
        load->started = now_us();
        load->until = load->started + (uint64_t)seconds * 1000000;
        for (unsigned i = 0; i < load->n_conns; i++)
                conn_next(&load->conns[i]);
        if (load->rate)
                (void)event_add(event_new(load->base, -1, EV_PERSIST, on_pace, load), &pace);
        (void)event_base_loopexit(load->base, &end);
        (void)event_base_dispatch(load->base);
}

static void print(const Load *load, unsigned seconds)
{
        bool first = true;

        (void)printf(
                "{\"seconds\":%u,\"count\":%llu,\"bytes\":%llu,\"broken\":%llu,\"p50\":%llu,\"p95\":%llu,\"p99\":%llu,"
                "\"max\":%llu,\"status\":{",
                seconds, (unsigned long long)load->times.count, (unsigned long long)load->bytes,
                (unsigned long long)load->broken, (unsigned long long)histogram_at(&load->times, 0.5),
                (unsigned long long)histogram_at(&load->times, 0.95),
                (unsigned long long)histogram_at(&load->times, 0.99), (unsigned long long)load->times.max);
        for (unsigned i = 0; i < 600; i++)
                if (load->statuses[i]) {
                        (void)printf(
                                "%s\"%u\":%llu", first ? "" : ",", i, (unsigned long long)load->statuses[i]);
                        first = false;
                }
        (void)printf("}}\n");
}

int main(int argc, char **argv)
{
        static Load load = {.n_conns = 64, .mix = {.token = "", .host = "127.0.0.1"}};
        unsigned port = 0, seconds = 3;
        int option;

        load.mix.random = now_us();
        while ((option = getopt(argc, argv, "m:p:c:d:r:t:i:b:x:k:u:")) != -1)
                switch (option) {
                case 'm':
                        load.mix.mode = mode_of(optarg);
                        break;
                case 'p':
                        port = (unsigned)strtoul(optarg, NULL, 10);
                        break;
                case 'c':
                        load.n_conns = (unsigned)strtoul(optarg, NULL, 10);
                        break;
                case 'd':
                        seconds = (unsigned)strtoul(optarg, NULL, 10);
                        break;
                case 'r':
                        load.rate = (unsigned)strtoul(optarg, NULL, 10);
                        break;
                case 't':
                        load.mix.token = optarg;
                        break;
                case 'i':
                        mix_records(&load.mix, optarg);
                        break;
                case 'b':
                        load.mix.n_bodies = lines_read(optarg, &load.mix.bodies);
                        break;
                case 'x':
                        load.mix.refused = (unsigned)strtoul(optarg, NULL, 10);
                        break;
                case 'k':
                        load.mix.hot = (unsigned)strtoul(optarg, NULL, 10);
                        break;
                case 'u':
                        load.mix.path = optarg;
                        break;
                default:
                        port = 0;
                        break;
                }
        if (port == 0 || optind != argc || load.mix.mode == MODE_MAX || load.n_conns == 0) {
                (void)fputs(
                        "usage: load -p port -m get|create|patch|path [-c connections] [-d seconds] [-r rate] [-t token]\n"
                        "            [-i file of \"id version\"] [-b file of bodies] [-x percent refused] [-k hot records]\n"
                        "            [-u path]\n",
                        stderr);
                return 2;
        }
        load.address = (struct sockaddr_in){.sin_family = AF_INET,
                .sin_port = htons((uint16_t)port),
                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        run(&load, seconds);
        print(&load, seconds);
        return 0;
}
