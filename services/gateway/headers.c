/* What every answer carries, whoever gives it: the web client, the API, a refusal before either. */
#include "gateway.h"

static const char *const common[][2] = {
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        /* What is a page has its own instead. */
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
};

void headers_set(const Gateway *gateway, HttpRequest *request)
{
        for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
                http_replace(request, common[i][0], common[i][1]);
        if (gateway->certificate)
                http_replace(request, "Strict-Transport-Security", "max-age=31536000");
}
