/* Mail by libcurl, blocking: runs on a helper thread. Owns, answers, emits nothing. */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "links.h"

#define CONNECT_S 10L
#define ANSWER_S  10L /* for each of the server's */
#define WHOLE_S   30L

/* Scheme and host of the url; false when it is none. */
static bool url_split(const char *url, char **ret_scheme, char **ret_host)
{
        CURLU *parts = curl_url();
        bool good = curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
                    curl_url_get(parts, CURLUPART_SCHEME, ret_scheme, 0) == CURLUE_OK;

        if (good && curl_url_get(parts, CURLUPART_HOST, ret_host, 0) != CURLUE_OK) {
                curl_free(*ret_scheme);
                good = false;
        }
        curl_url_cleanup(parts);
        return good;
}

bool smtp_url_valid(const char *url)
{
        char *scheme, *host;

        if (!url_split(url, &scheme, &host))
                return false;
        bool good = (streq(scheme, "smtp") || streq(scheme, "smtps")) && host[0];
        curl_free(scheme);
        curl_free(host);
        return good;
}

static bool is_this_machine(const char *url)
{
        char *scheme, *host;

        if (!url_split(url, &scheme, &host))
                return false;
        bool is = streq(host, "localhost") || streq(host, "127.0.0.1") || streq(host, "[::1]");
        curl_free(scheme);
        curl_free(host);
        return is;
}

static void set_server(CURL *easy, const char *url, const char *ca)
{
        bool open = is_this_machine(url) && !ca[0];

        (void)curl_easy_setopt(easy, CURLOPT_URL, url);
        (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        (void)curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(open ? CURLUSESSL_NONE : CURLUSESSL_ALL));
        (void)curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
        if (ca[0])
                (void)curl_easy_setopt(easy, CURLOPT_CAINFO, ca);
        (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        (void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L); /* QUIT keeps to the limits below */
        (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
        (void)curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, ANSWER_S);
        (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT, WHOLE_S);
}

typedef struct Reading {
        Str left;
} Reading;

static size_t give_message(char *to, size_t size, size_t n, void *arg)
{
        Reading *reading = arg;
        size_t len = reading->left.len < size * n ? reading->left.len : size * n;

        memcpy(to, reading->left.p, len);
        reading->left = (Str){reading->left.p + len, reading->left.len - len};
        return len;
}

int smtp_send(const char *url, const char *ca, const Letter *letter, char ret_error[static SMTP_ERROR])
{
        struct curl_slist *to = curl_slist_append(NULL, letter->to);
        Reading reading = {.left = letter->message};
        char error[CURL_ERROR_SIZE] = "";
        CURL *easy = curl_easy_init();
        long status = 0;

        set_server(easy, url, ca);
        (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
        (void)curl_easy_setopt(easy, CURLOPT_MAIL_FROM, letter->from);
        (void)curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
        (void)curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        (void)curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_message);
        (void)curl_easy_setopt(easy, CURLOPT_READDATA, &reading);
        CURLcode code = curl_easy_perform(easy);
        (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        (void)snprintf(ret_error, SMTP_ERROR, "%s",
                code == CURLE_OK ? ""
                : error[0]       ? error
                                 : curl_easy_strerror(code));
        curl_easy_cleanup(easy);
        curl_slist_free_all(to);
        if (code == CURLE_OK)
                return 0;
        return status >= 400 ? (int)status : -1;
}
