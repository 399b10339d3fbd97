/* hiredis' asynchronous client as calls that park. */
#include <event2/event.h>
#include <hiredis/adapters/libevent.h>
#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>

#include "service/redis.h"

#define WAIT_US  INT64_C(100000)
#define RETRY_US INT64_C(1000000)

struct Redis {
        Loop *loop;
        char *path;
        redisAsyncContext *context; /* NULL = down */
        bool connected, closed;
        int64_t retry_at;
};

static void on_connect(const redisAsyncContext *context, int status)
{
        Redis *redis = context->data;

        if (status == REDIS_OK)
                redis->connected = true;
        else
                redis->context = NULL; /* hiredis frees it */
}

static void on_disconnect(const redisAsyncContext *context, int status)
{
        Redis *redis = context->data;

        (void)status;
        redis->connected = false;
        redis->context = NULL;
}

/* Begins to connect when it is time; commands wait in hiredis until it is done. */
static bool redis_ready(Redis *redis)
{
        if (redis->connected)
                return true;
        if (redis->context || !redis->path || redis->closed || clock_monotonic() < redis->retry_at)
                return false;
        redis->retry_at = clock_monotonic() + RETRY_US;
        redisAsyncContext *context = redisAsyncConnectUnix(redis->path);
        if (!context || context->err) {
                if (context)
                        redisAsyncFree(context);
                return false;
        }
        context->data = redis;
        redis->context = context;
        (void)redisLibeventAttach(context, loop_base(redis->loop));
        (void)redisAsyncSetConnectCallback(context, on_connect);
        (void)redisAsyncSetDisconnectCallback(context, on_disconnect);
        return false;
}

Redis *redis_open(Loop *loop, const char *path)
{
        Redis *redis = calloc(1, sizeof *redis);

        if (!redis)
                abort();
        redis->loop = loop;
        redis->path = path && path[0] ? strdup(path) : NULL;
        (void)redis_ready(redis);
        return redis;
}

void redis_close(Redis *redis)
{
        if (!redis)
                return;
        redis->closed = true;
        if (redis->context)
                redisAsyncFree(redis->context);
        free(redis->path);
        free(redis);
}

bool redis_up(const Redis *redis)
{
        return redis->connected;
}

/* Shared by the waiting task and the reply: whoever is last frees it. */
typedef struct Wait {
        Task *task; /* NULL = it has given up */
        bool done;
        char *value;
        size_t len;
} Wait;

static void on_reply(redisAsyncContext *context, void *data, void *arg)
{
        const redisReply *reply = data;
        Wait *wait = arg;

        (void)context;
        if (!wait->task) {
                free(wait);
                return;
        }
        wait->done = true;
        if (reply && reply->type == REDIS_REPLY_STRING && (wait->value = malloc((size_t)reply->len + 1))) {
                memcpy(wait->value, reply->str, (size_t)reply->len);
                wait->len = (size_t)reply->len;
        }
        task_wake(wait->task);
}

Str redis_get(Redis *redis, Arena *arena, const char *key)
{
        Str value = {};

        if (!redis_ready(redis))
                return value;
        Wait *wait = calloc(1, sizeof *wait);
        if (!wait)
                abort();
        wait->task = task_self();
        if (redisAsyncCommand(redis->context, on_reply, wait, "GET %s", key) != REDIS_OK) {
                free(wait);
                return value;
        }
        int64_t deadline = clock_monotonic() + WAIT_US;
        while (!wait->done && task_park_until(deadline))
                ;
        if (!wait->done) {
                wait->task = NULL;
                return value;
        }
        if (wait->value)
                value = (Str){arena_memdup(arena, wait->value, wait->len), wait->len};
        free(wait->value);
        free(wait);
        return value;
}

void redis_set(Redis *redis, const char *key, Str value, int seconds)
{
        if (redis_ready(redis))
                (void)redisAsyncCommand(
                        redis->context, NULL, NULL, "SET %s %b EX %d", key, value.p, value.len, seconds);
}

void redis_delete(Redis *redis, const char *key)
{
        if (redis_ready(redis))
                (void)redisAsyncCommand(redis->context, NULL, NULL, "DEL %s", key);
}
