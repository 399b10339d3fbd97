/* TLS under a connection: the context with its certificate, and reading and writing on a socket that does not
 * block. */

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "http/tls.h"

#define RECORD 16384 /* bytes that go into one */

struct Tls {
        SSL_CTX *context;
        char *certificate, *key;
        char record[RECORD]; /* pieces of one answer, joined */
};

static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
        unsigned in_len, void *arg)
{
        static const unsigned char ours[] = "\x08http/1.1";
        unsigned char *chosen;

        if (SSL_select_next_proto(&chosen, out_len, ours, sizeof ours - 1, in, in_len) !=
                OPENSSL_NPN_NEGOTIATED)
                return SSL_TLSEXT_ERR_ALERT_FATAL;
        *out = chosen;
        return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *context_new(const char *certificate, const char *key)
{
        SSL_CTX *context = SSL_CTX_new(TLS_server_method());

        if (!context)
                abort();
        ERR_clear_error();
        if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
                SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
                SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
                SSL_CTX_check_private_key(context) != 1) {
                ERR_clear_error();
                SSL_CTX_free(context);
                return NULL;
        }
        (void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                                   SSL_OP_CIPHER_SERVER_PREFERENCE |
                                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
        (void)SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                                SSL_MODE_RELEASE_BUFFERS);
        (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF); /* tickets carry their own */
        SSL_CTX_set_alpn_select_cb(context, on_alpn, NULL);
        return context;
}

int tls_open(const char *certificate, const char *key, Tls **ret)
{
        SSL_CTX *context = context_new(certificate, key);
        Tls *tls;

        if (!context)
                return -EINVAL;
        tls = calloc(1, sizeof *tls);
        if (!tls)
                abort();
        tls->context = context;
        tls->certificate = strdup(certificate);
        tls->key = strdup(key);
        if (!tls->certificate || !tls->key)
                abort();
        (void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
        *ret = tls;
        return 0;
}

int tls_reload(Tls *tls)
{
        SSL_CTX *context = context_new(tls->certificate, tls->key);

        if (!context)
                return -EINVAL;
        SSL_CTX_free(tls->context); /* connections hold it as long as they live */
        tls->context = context;
        return 0;
}

Tls *tls_close(Tls *tls)
{
        if (!tls)
                return NULL;
        SSL_CTX_free(tls->context);
        free(tls->certificate);
        free(tls->key);
        free(tls);
        return NULL;
}

TlsConn *tls_begin(Tls *tls, int fd)
{
        SSL *ssl = SSL_new(tls->context);

        if (!ssl || SSL_set_fd(ssl, fd) != 1)
                abort();
        SSL_set_accept_state(ssl);
        return ssl;
}

bool tls_ready(const TlsConn *conn)
{
        return SSL_is_init_finished(conn);
}

void tls_finish(TlsConn *conn)
{
        ERR_clear_error();
        if (tls_ready(conn))
                (void)SSL_shutdown(conn);
}

void tls_end(TlsConn *conn)
{
        ERR_clear_error();
        SSL_free(conn);
}

static ssize_t failed(TlsConn *conn, int r)
{
        switch (SSL_get_error(conn, r)) {
        case SSL_ERROR_ZERO_RETURN:
                return 0;
        case SSL_ERROR_WANT_READ:
                errno = EAGAIN;
                return -1;
        case SSL_ERROR_WANT_WRITE:
                errno = EINPROGRESS;
                return -1;
        default:
                errno = EPIPE;
                return -1;
        }
}

ssize_t tls_recv(TlsConn *conn, void *ret, size_t max)
{
        size_t n;

        ERR_clear_error();
        int r = SSL_read_ex(conn, ret, max, &n);
        return r == 1 ? (ssize_t)n : failed(conn, r);
}

bool tls_pending(const TlsConn *conn)
{
        return SSL_has_pending(conn) == 1;
}

static ssize_t send_one(TlsConn *conn, const char *data, size_t len)
{
        size_t done = 0;

        while (done < len) {
                size_t n;
                ERR_clear_error();
                int r = SSL_write_ex(conn, data + done, len - done, &n);
                if (r == 1) {
                        done += n;
                        continue;
                }
                if (failed(conn, r) == 0)
                        errno = EPIPE;
                else if (errno == EINPROGRESS)
                        errno = EAGAIN;
                return done > 0 ? (ssize_t)done : -1;
        }
        return (ssize_t)done;
}

ssize_t tls_send(Tls *tls, TlsConn *conn, const Str *pieces, unsigned n)
{
        size_t len = 0, done = 0;

        for (unsigned i = 0; i < n; i++)
                len += pieces[i].len;
        if (n > 1 && len <= RECORD) {
                for (unsigned i = 0; i < n; i++) {
                        memcpy(tls->record + done, pieces[i].p, pieces[i].len);
                        done += pieces[i].len;
                }
                return send_one(conn, tls->record, len);
        }
        for (unsigned i = 0; i < n; i++) {
                ssize_t r = send_one(conn, pieces[i].p, pieces[i].len);
                if (r < 0)
                        return done > 0 ? (ssize_t)done : -1;
                done += (size_t)r;
                if ((size_t)r < pieces[i].len)
                        break;
        }
        return (ssize_t)done;
}
