/* Work for helper threads: two of them, started with the first job; an eventfd tells the loop what is done.
 */
#include <assert.h>
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/loop-private.h"

#define OFFLOAD_THREADS 2
#define OFFLOAD_NICE    5 /* the loop, which serves everybody else, goes first */

/* Lives on the stack of the task that waits for it. */
typedef struct Job {
        struct Job *next;
        void (*fn)(void *arg);
        void *arg;
        Task *task;
        bool done; /* the loop's thread alone */
} Job;

struct Offload {
        pthread_mutex_t lock;
        pthread_cond_t more;
        Job *todo, **todo_end;
        Job *finished;
        unsigned waiting; /* in todo */
        bool stop;
        int fd;
        struct event *event;
        unsigned n_threads;
        pthread_t threads[OFFLOAD_THREADS];
};

static void *helper_main(void *arg)
{
        Offload *offload = arg;

        (void)setpriority(PRIO_PROCESS, 0, OFFLOAD_NICE); /* on Linux: of this thread */
        (void)pthread_mutex_lock(&offload->lock);
        for (;;) {
                while (!offload->todo && !offload->stop)
                        (void)pthread_cond_wait(&offload->more, &offload->lock);
                if (offload->stop)
                        break;
                Job *job = offload->todo;
                offload->todo = job->next;
                if (!offload->todo)
                        offload->todo_end = &offload->todo;
                offload->waiting--;
                (void)pthread_mutex_unlock(&offload->lock);
                job->fn(job->arg);
                (void)pthread_mutex_lock(&offload->lock);
                job->next = offload->finished;
                offload->finished = job;
                (void)eventfd_write(offload->fd, 1);
        }
        (void)pthread_mutex_unlock(&offload->lock);
        return NULL;
}

static void on_finished(evutil_socket_t fd, short what, void *arg)
{
        Offload *offload = arg;
        eventfd_t count = 0;

        (void)what;
        (void)eventfd_read(fd, &count);
        (void)pthread_mutex_lock(&offload->lock);
        Job *job = offload->finished;
        offload->finished = NULL;
        (void)pthread_mutex_unlock(&offload->lock);
        while (job) {
                Job *next = job->next;
                job->done = true;
                task_wake(job->task);
                job = next;
        }
}

/* The helpers take no signals: those are the loop's. */
static void start_threads(Offload *offload)
{
        sigset_t all, before;

        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);
        while (offload->n_threads < OFFLOAD_THREADS &&
                pthread_create(&offload->threads[offload->n_threads], NULL, helper_main, offload) == 0)
                offload->n_threads++;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static Offload *offload_new(Loop *loop)
{
        Offload *offload = calloc(1, sizeof *offload);

        if (!offload)
                abort();
        (void)pthread_mutex_init(&offload->lock, NULL);
        (void)pthread_cond_init(&offload->more, NULL);
        offload->todo_end = &offload->todo;
        offload->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (offload->fd >= 0)
                offload->event =
                        event_new(loop->base, offload->fd, EV_READ | EV_PERSIST, on_finished, offload);
        if (offload->event && event_add(offload->event, NULL) == 0)
                start_threads(offload);
        return offload;
}

Offload *offload_free(Offload *offload)
{
        if (!offload)
                return NULL;
        (void)pthread_mutex_lock(&offload->lock);
        offload->stop = true;
        (void)pthread_cond_broadcast(&offload->more);
        (void)pthread_mutex_unlock(&offload->lock);
        for (unsigned i = 0; i < offload->n_threads; i++)
                (void)pthread_join(offload->threads[i], NULL);
        if (offload->event)
                event_free(offload->event);
        if (offload->fd >= 0)
                (void)close(offload->fd);
        (void)pthread_cond_destroy(&offload->more);
        (void)pthread_mutex_destroy(&offload->lock);
        free(offload);
        return NULL;
}

void loop_offload(Loop *loop, void (*fn)(void *arg), void *arg)
{
        Task *self = task_self();

        if (self && !loop->offload)
                loop->offload = offload_new(loop);
        if (!self || loop->offload->n_threads == 0) { /* without helpers it is slow but right */
                fn(arg);
                return;
        }
        Offload *offload = loop->offload;
        Job job = {.fn = fn, .arg = arg, .task = self};
        (void)pthread_mutex_lock(&offload->lock);
        *offload->todo_end = &job;
        offload->todo_end = &job.next;
        offload->waiting++;
        (void)pthread_cond_signal(&offload->more);
        (void)pthread_mutex_unlock(&offload->lock);
        while (!job.done)
                task_park();
}

unsigned loop_offload_waiting(const Loop *loop)
{
        Offload *offload = loop->offload;

        if (!offload)
                return 0;
        (void)pthread_mutex_lock(&offload->lock);
        unsigned waiting = offload->waiting;
        (void)pthread_mutex_unlock(&offload->lock);
        return waiting;
}
