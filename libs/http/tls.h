#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/str.h"

/* TLS 1.2 and 1.3 by OpenSSL under the server's connections. */

typedef struct Tls Tls;

/* From PEM files: the certificate with its chain, and its key. 0; -EINVAL: not readable, or they do not
 * belong together. */
int tls_open(const char *certificate, const char *key, Tls **ret);
/* The files again, for connections to come. On -EINVAL the former stay. */
int tls_reload(Tls *tls);
Tls *tls_close(Tls *tls);

/* One connection's. The handshake is made by the first reads. */
typedef struct ssl_st TlsConn;
TlsConn *tls_begin(Tls *tls, int fd);
/* The handshake is over. */
bool tls_ready(const TlsConn *conn);
/* Says that no more is sent. */
void tls_finish(TlsConn *conn);
void tls_end(TlsConn *conn);
/* As recv: > 0; 0 = the end; -1 with errno EAGAIN, EINPROGRESS (can go on when the socket takes bytes) or
 * EPIPE.
 */
ssize_t tls_recv(TlsConn *conn, void *ret, size_t max);
/* Bytes that were received and not given out: the socket will not tell of them. */
bool tls_pending(const TlsConn *conn);
/* As sendmsg: how much of the pieces went; -1 with errno EAGAIN or EPIPE. What did not go must come first the
 * next time. */
ssize_t tls_send(Tls *tls, TlsConn *conn, const Str *pieces, unsigned n);
