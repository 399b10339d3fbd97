/* The server behind TLS: the same answers as without it, whatever the pieces; certificates that change. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "http/test-server.h"

#include "http/tls.h"

static char folder[] = "/tmp/test-tls-XXXXXX";
static char certificate[64], key[64];

/* A certificate that signs itself, for a name. */
static void write_certificate(const char *name)
{
        EVP_PKEY *pair = EVP_EC_gen("P-256");
        X509 *cert = X509_new();
        X509_NAME *subject = X509_get_subject_name(cert);

        assert_non_null(pair);
        assert_int_equal(X509_set_version(cert, 2), 1);
        (void)ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
        (void)X509_gmtime_adj(X509_getm_notBefore(cert), 0);
        (void)X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
        (void)X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
        (void)X509_set_issuer_name(cert, subject);
        (void)X509_set_pubkey(cert, pair);
        assert_true(X509_sign(cert, pair, EVP_sha256()) > 0);
        FILE *file = fopen(certificate, "w");
        assert_non_null(file);
        assert_int_equal(PEM_write_X509(file, cert), 1);
        (void)fclose(file);
        file = fopen(key, "w");
        assert_non_null(file);
        assert_int_equal(PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL), 1);
        (void)fclose(file);
        X509_free(cert);
        EVP_PKEY_free(pair);
}

/* ---- the client ---- */

typedef struct Client {
        SSL_CTX *context;
        SSL *ssl;
        int fd;
} Client;

static Client client_begin(const Server *server, int version)
{
        static const unsigned char alpn[] = "\x02h2\x08http/1.1";
        Client client = {.context = SSL_CTX_new(TLS_client_method()), .fd = client_open(server)};

        (void)SSL_CTX_set_max_proto_version(client.context, version);
        (void)SSL_CTX_set_alpn_protos(client.context, alpn, sizeof alpn - 1);
        client.ssl = SSL_new(client.context);
        (void)SSL_set_fd(client.ssl, client.fd);
        return client;
}

static Client client_tls(const Server *server)
{
        Client client = client_begin(server, 0);

        assert_int_equal(SSL_connect(client.ssl), 1);
        return client;
}

static void client_end(Client *client)
{
        SSL_free(client->ssl);
        SSL_CTX_free(client->context);
        (void)close(client->fd);
}

static void tell(Client *client, const char *data, size_t len)
{
        assert_int_equal(SSL_write(client->ssl, data, (int)len), (int)len);
}

/* To the end, or until the mark was seen. On the heap. */
static char *listen_to(Client *client, const char *mark)
{
        StrBuf all = {};

        strbuf_puts(&all, "");
        for (;;) {
                char *room = strbuf_reserve(&all, 65537);
                int n = SSL_read(client->ssl, room, 65536);
                if (n <= 0)
                        break;
                all.len += (size_t)n;
                all.p[all.len] = 0;
                if (mark && strstr(all.p, mark))
                        break;
        }
        return all.p;
}

static void expect_over_tls(const Server *server, const char *text, const char *part)
{
        Client client = client_tls(server);

        tell(&client, text, strlen(text));
        char *answer = listen_to(&client, NULL);
        if (!strstr(answer, part))
                fail_msg("to %.200s\nexpected %s\ngot %.500s", text, part, answer);
        free(answer);
        client_end(&client);
}

static Server *start(void)
{
        return server_start((HttpConfig){.certificate = certificate, .key = key, .max_body = 4 << 20});
}

/* server_stop speaks plainly. */
static void stop(Server *server)
{
        expect_over_tls(server, REQUEST("GET /stop", LAST), "stopping");
        server->stopping = true;
        server_stop(server);
}

/* ---- cases ---- */

static void test_answers(void **state)
{
        Server *server = start();
        Client client = client_tls(server);
        const unsigned char *alpn;
        unsigned n;

        SSL_get0_alpn_selected(client.ssl, &alpn, &n);
        assert_int_equal(n, 8);
        assert_memory_equal(alpn, "http/1.1", 8);
        for (int i = 0; i < 3; i++) { /* on one connection */
                const char ask_text[] = REQUEST("GET /info?a=1", "X-Test: sí\r\n");
                tell(&client, ask_text, sizeof ask_text - 1);
                char *answer = listen_to(&client, "GET|/info|a=1|sí|127.0.0.1");
                assert_non_null(strstr(answer, "HTTP/1.1 200"));
                free(answer);
        }
        client_end(&client);
        expect_over_tls(server, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "HTTP/1.1 400");
        expect_over_tls(server, REQUEST("GET /cut", ""), "half");
        stop(server);
}

/* One byte a record, and several requests in one record. */
static void test_pieces(void **state)
{
        Server *server = start();
        Client client = client_tls(server);
        const char one[] = REQUEST("GET /info?b=2", "");
        const char two[] = REQUEST("GET /info?c=3", "") REQUEST("GET /info?d=4", "");

        for (size_t i = 0; i < sizeof one - 1; i++)
                tell(&client, one + i, 1);
        free(listen_to(&client, "|b=2|"));
        tell(&client, two, sizeof two - 1);
        char *answer = listen_to(&client, "|d=4|");
        assert_non_null(strstr(answer, "|c=3|"));
        free(answer);
        client_end(&client);
        stop(server);
}

/* Bodies of many records, both ways; a reader that is slow. */
static void test_bodies(void **state)
{
        enum { SIZE = 3000000 };
        Server *server = start();
        Client client = client_tls(server);
        const char *head =
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\nConnection: close\r\n\r\n";
        char *body = malloc(SIZE);

        assert_non_null(body);
        for (int i = 0; i < SIZE; i++)
                body[i] = (char)('a' + i % 23);
        tell(&client, head, strlen(head));
        tell(&client, body, SIZE);
        (void)usleep(200000); /* the answer fills the socket meanwhile */
        char *answer = listen_to(&client, NULL);
        char *echo = strstr(answer, "\r\n\r\n");
        assert_non_null(echo);
        assert_memory_equal(echo + 4, body, SIZE);
        free(answer);
        free(body);
        client_end(&client);

        client = client_tls(server);
        const char flood[] = REQUEST("GET /flood?5000000", LAST);
        tell(&client, flood, sizeof flood - 1);
        size_t total = 0;
        char block[1 << 15];
        for (int n, i = 0; (n = SSL_read(client.ssl, block, sizeof block)) > 0; i++) {
                total += (size_t)n;
                if (i % 16 == 0)
                        (void)usleep(2000);
        }
        assert_int_equal(SSL_get_shutdown(client.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
        assert_true(total > 5000000);
        client_end(&client);
        stop(server);
}

/* What is not TLS, or an old one, is not answered; others are. */
static void test_refused(void **state)
{
        Server *server = start();
        char *answer = ask(server, REQUEST("GET /info", LAST));

        assert_null(strstr(answer, "HTTP/1.1 200"));
        free(answer);
        Client old = client_begin(server, TLS1_1_VERSION);
        assert_int_not_equal(SSL_connect(old.ssl), 1);
        client_end(&old);
        int silent = client_open(server); /* no handshake at all */
        expect_over_tls(server, REQUEST("GET /info", LAST), "200");
        (void)close(silent);
        stop(server);
}

static void expect_name(const Server *server, const char *name)
{
        Client client = client_tls(server);
        X509 *cert = SSL_get1_peer_certificate(client.ssl);
        char text[64] = "";

        (void)X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, text, sizeof text);
        assert_string_equal(text, name);
        X509_free(cert);
        client_end(&client);
}

static void test_reload(void **state)
{
        Server *server = start();
        Client open = client_tls(server);

        expect_name(server, "first");
        write_certificate("second");
        expect_name(server, "first");
        expect_over_tls(server, REQUEST("GET /reload", LAST), "reloaded: 0");
        expect_name(server, "second");
        FILE *file = fopen(certificate, "w"); /* a file that is half written */
        (void)fclose(file);
        expect_over_tls(server, REQUEST("GET /reload", LAST), "reloaded: -22");
        expect_name(server, "second");
        const char text[] = REQUEST("GET /info", "");
        tell(&open, text, sizeof text - 1); /* from before */
        char *answer = listen_to(&open, "GET|/info");
        assert_non_null(strstr(answer, "200"));
        free(answer);
        client_end(&open);
        write_certificate("first");
        stop(server);
}

static int begin(void **state)
{
        if (!mkdtemp(folder))
                return -1;
        (void)snprintf(certificate, sizeof certificate, "%s/cert.pem", folder);
        (void)snprintf(key, sizeof key, "%s/key.pem", folder);
        write_certificate("first");
        return 0;
}

static int end(void **state)
{
        (void)unlink(certificate);
        (void)unlink(key);
        return rmdir(folder);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_answers),
                cmocka_unit_test(test_pieces),
                cmocka_unit_test(test_bodies),
                cmocka_unit_test(test_refused),
                cmocka_unit_test(test_reload),
        };
        return cmocka_run_group_tests(tests, begin, end);
}
