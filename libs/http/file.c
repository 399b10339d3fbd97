/* Answers that are files, read in pieces. A piece goes out before the next one is read, and others have a
 * turn in between; a client that is slow parks the task. */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/response.h"

#define PIECES_A_TURN 8

static void send_pieces(Request *request, int fd, int64_t left)
{
        Http *http = request->http;
        for (unsigned i = 1; left > 0 && request->conn; i++) {
                ssize_t n = read(fd, http->scratch, SCRATCH_SIZE);
                if (n > left)
                        n = (ssize_t)left;
                if (n <= 0) {
                        conn_close(request->conn); /* shorter than promised */
                        return;
                }
                left -= n;
                if (!conn_send(request->conn, &(Str){http->scratch, (size_t)n}, 1))
                        return;
                if (request_wait_room(request) < 0)
                        return;
                if (i % PIECES_A_TURN == 0)
                        task_yield();
        }
}

int http_file(HttpRequest *public, int status, const char *content_type, const char *path)
{
        Request *request = request_of(public);
        struct stat st;
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0)
                return -ENOENT;
        if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
                (void)close(fd);
                return -ENOENT;
        }
        StrBuf head;
        if (response_begin(request, status, content_type, st.st_size, &head) &&
                conn_send(request->conn, &(Str){head.p, head.len}, 1) && !public->head)
                send_pieces(request, fd, st.st_size);
        (void)close(fd);
        return 0;
}
