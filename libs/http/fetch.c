/* libcurl's multi interface on libevent: a multi handle for each request, its sockets and its timer as events
 * of the loop. */
#include <curl/curl.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "http/fetch.h"

#define CONNECT_MS 5000
#define AGENT      "cauce"

typedef struct Run {
        Task *task;
        struct event_base *base;
        struct event *timer;
        CURLM *multi;
        CURL *easy;
        StrBuf body;
        size_t max;
        bool too_large, done;
        CURLcode code;
        char error[CURL_ERROR_SIZE];
} Run;

/* ---- events ---- */

/* The task is woken, not run: what it frees may be in use up the stack. */
static void run_check(Run *run)
{
        const CURLMsg *message;
        int left;

        while ((message = curl_multi_info_read(run->multi, &left))) {
                if (message->msg != CURLMSG_DONE)
                        continue;
                run->code = message->data.result;
                run->done = true;
                task_wake(run->task);
        }
}

static void on_socket(evutil_socket_t fd, short what, void *arg)
{
        Run *run = arg;
        int flags = (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0),
            running;

        (void)curl_multi_socket_action(run->multi, fd, flags, &running);
        run_check(run);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
        Run *run = arg;
        int running;

        (void)fd;
        (void)what;
        (void)curl_multi_socket_action(run->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        run_check(run);
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *kept)
{
        struct event *event = kept;
        Run *run = arg;

        (void)easy;
        if (event)
                event_free(event);
        event = NULL;
        if (what != CURL_POLL_REMOVE) {
                short events = (short)(EV_PERSIST | (what & CURL_POLL_IN ? EV_READ : 0) |
                                       (what & CURL_POLL_OUT ? EV_WRITE : 0));
                event = event_new(run->base, fd, events, on_socket, run);
                if (!event || event_add(event, NULL) < 0)
                        abort();
        }
        (void)curl_multi_assign(run->multi, fd, event);
        return 0;
}

static int watch_timer(CURLM *multi, long ms, void *arg)
{
        const Run *run = arg;
        const struct timeval in = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

        (void)multi;
        (void)(ms < 0 ? evtimer_del(run->timer) : evtimer_add(run->timer, &in));
        return 0;
}

static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
        Run *run = arg;

        if (run->body.len + size * n > run->max) {
                run->too_large = true;
                return 0;
        }
        strbuf_put(&run->body, data, size * n);
        return size * n;
}

/* ---- one request ---- */

static void set_options(Run *run, const HttpFetch *fetch)
{
        CURL *easy = run->easy;

        (void)curl_easy_setopt(easy, CURLOPT_URL, fetch->url);
        (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, fetch->plain ? "http,https" : "https");
        (void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
        (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
        (void)curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
        (void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
        (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        /* A name that is still being looked up is left to its thread: cleaning up would wait for it. */
        (void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
        (void)curl_easy_setopt(easy, CURLOPT_USERAGENT, AGENT);
        (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
        (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)fetch->timeout_ms);
        (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, run->error);
        (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
        (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, run);
        if (fetch->user) {
                (void)curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
                (void)curl_easy_setopt(easy, CURLOPT_USERNAME, fetch->user);
                (void)curl_easy_setopt(easy, CURLOPT_PASSWORD, fetch->password);
        }
        if (fetch->form) {
                (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(fetch->form));
                (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, fetch->form);
        }
        (void)curl_multi_setopt(run->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
        (void)curl_multi_setopt(run->multi, CURLMOPT_SOCKETDATA, run);
        (void)curl_multi_setopt(run->multi, CURLMOPT_TIMERFUNCTION, watch_timer);
        (void)curl_multi_setopt(run->multi, CURLMOPT_TIMERDATA, run);
}

static int fault_of(const Run *run)
{
        if (run->too_large)
                return -EMSGSIZE;
        switch (run->code) {
        case CURLE_OK:
                return 0;
        case CURLE_OPERATION_TIMEDOUT:
                return -ETIMEDOUT;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
                return -ECONNREFUSED;
        default:
                return -EPROTO;
        }
}

int http_fetch(Loop *loop, Arena *arena, const HttpFetch *fetch, HttpFetched *ret)
{
        Run run = {.task = task_self(),
                .base = loop_base(loop),
                .multi = curl_multi_init(),
                .easy = curl_easy_init(),
                .body = {.arena = arena},
                .max = fetch->max};
        long status = 0;

        run.timer = evtimer_new(run.base, on_timer, &run);
        if (!run.multi || !run.easy || !run.timer)
                abort();
        set_options(&run, fetch);
        (void)curl_multi_add_handle(run.multi, run.easy);
        while (!run.done)
                task_park();
        (void)curl_easy_getinfo(run.easy, CURLINFO_RESPONSE_CODE, &status);
        (void)curl_multi_remove_handle(run.multi, run.easy);
        (void)curl_multi_cleanup(run.multi);
        curl_easy_cleanup(run.easy);
        event_free(run.timer);
        int r = fault_of(&run);
        *ret = (HttpFetched){.status = (int)status,
                .body = {run.body.p, run.body.len},
                .error = r == 0         ? ""
                         : run.error[0] ? arena_strdup(arena, run.error)
                                        : curl_easy_strerror(run.code)};
        return r;
}

void percent_put(StrBuf *out, const char *text)
{
        static const char hex[] = "0123456789ABCDEF";

        for (const char *p = text; *p; p++) {
                unsigned char c = (unsigned char)*p;
                bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                             strchr("-._~", c);
                if (plain)
                        strbuf_putc(out, *p);
                else
                        strbuf_put(out, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
        }
}

void form_put(StrBuf *form, const char *name, const char *value)
{
        if (form->len > 0)
                strbuf_putc(form, '&');
        strbuf_puts(form, name);
        strbuf_putc(form, '=');
        percent_put(form, value);
}
