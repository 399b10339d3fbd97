/* What a new password may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "identity.h"

typedef struct Case {
        const char *password;
        MsgCode code; /* MSG_MAX = taken */
} Case;

static void check(Req *rq, void *arg)
{
        const char *password = arg;

        password_check(rq, "/password", password, "ana.perez@andina.example", "Ana María Pérez Gómez");
        req_check(rq);
}

static void test_rules(void **state)
{
        static const Case cases[] = {
                {"tres mangos verdes", MSG_MAX},
                {"ñandú-canta", MSG_MAX},
                {"Xk2!pQ9#vL", MSG_MAX},
                {"8273645019", MSG_MAX},
                {"Pérez y Gómez, buenas noches", MSG_MAX},
                {"", MSG_PASSWORD_SHORT},
                {"Xk2!pQ9#v", MSG_PASSWORD_SHORT},
                {"ñandúñand", MSG_PASSWORD_SHORT},
                {"password123", MSG_PASSWORD_COMMON},
                {"CONTRASEÑA!!", MSG_PASSWORD_COMMON},
                {"Colombia2024*", MSG_PASSWORD_COMMON},
                {"qwertyuiop", MSG_PASSWORD_COMMON},
                {"te.amo.12345", MSG_PASSWORD_COMMON},
                {"1234567890", MSG_PASSWORD_COMMON},
                {"9876543210", MSG_PASSWORD_COMMON},
                {"1234512345", MSG_PASSWORD_COMMON},
                {"abcdefghijkl", MSG_PASSWORD_COMMON},
                {"aaaaaaaaaaaa", MSG_PASSWORD_COMMON},
                {"1212121212", MSG_PASSWORD_COMMON},
                {"ana.perez@andina.example", MSG_PASSWORD_PERSONAL},
                {"ANA.PEREZ.2024", MSG_PASSWORD_PERSONAL},
                {"AnaMariaPerezGomez", MSG_PASSWORD_PERSONAL},
                {"perez-19901122", MSG_PASSWORD_PERSONAL},
        };
        static Entity entity = {.service_name = "identity"};

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                const CallContext context = {};
                Arena *arena = arena_new();
                Req rq;
                bool taken =
                        req_run(&rq, arena, &entity, &context, check, (void *)(uintptr_t)cases[i].password);
                MsgCode code = taken ? MSG_MAX : rq.problems[0].code;
                if (code != cases[i].code)
                        print_error("%s: %s\n", cases[i].password, taken ? "taken" : msg_key(code));
                assert_int_equal(code, cases[i].code);
                (void)arena_free(arena);
        }
}

/* At most 1024 characters, however many bytes. */
static void test_length(void **state)
{
        static Entity entity = {.service_name = "identity"};

        (void)state;
        for (unsigned more = 0; more < 2; more++) {
                const CallContext context = {};
                Arena *arena = arena_new();
                StrBuf text = {.arena = arena};
                Req rq;
                for (unsigned i = 0; i < 1024 + more; i++)
                        strbuf_puts(&text, i % 7 ? "ñ" : i % 3 ? "k" : i % 5 ? "7" : i % 2 ? "é" : "!");
                assert_int_equal(req_run(&rq, arena, &entity, &context, check, text.p), more == 0);
                assert_true(more == 0 || rq.problems[0].code == MSG_TOO_LONG);
                (void)arena_free(arena);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_rules),
                cmocka_unit_test(test_length),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
