/* What a new password may not be. Length counts most; what everybody tries first is refused. */
#include <stdlib.h>
#include <string.h>

#include "identity.h"

#define LENGTH_MIN 10
#define LENGTH_MAX 1024
#define FEW        5 /* different characters */

/* What is left of the usual ones, here and abroad, when digits and signs around the word are taken off:
 * "Colombia2024*", "P4ssword" not. Sorted. */
static const char *const common[] = {"administrador", "administrator", "admin", "adminadmin", "america",
        "amorcito", "antioquia", "asdfasdf", "asdfgh", "asdfghjkl", "atletico", "barcelona", "barranquilla",
        "bienvenida", "bienvenido", "bienvenidos", "bogota", "bucaramanga", "cali", "cambiame", "cambiar",
        "carolina", "cartagena", "cauce", "changeme", "clave", "clavesecreta", "colombia", "company",
        "computador", "computer", "contrasena", "contrasenia", "corazon", "default", "distribuidora",
        "empresa", "estrella", "facebook", "familia", "felicidad", "football", "futbol", "google", "hola",
        "holahola", "holamundo", "iloveyou", "invitado", "jesucristo", "jesus", "jesusteamo", "laclave",
        "letmein", "login", "mariposa", "medellin", "mexico", "micasa", "miclave", "micontrasena",
        "millonarios", "mipassword", "monkey", "nacional", "password", "passwordpassword", "passw", "pereira",
        "prueba", "pruebas", "princesa", "princess", "qazwsx", "qwe", "qweasd", "qweasdzxc", "qwer", "qwerty",
        "qwertyui", "qwertyuiop", "realmadrid", "santafe", "secret", "secreta", "secreto", "seguridad",
        "sistemas", "sunshine", "superman", "teamo", "teamomucho", "temporal", "tequiero", "tequieromucho",
        "test", "testtest", "user", "usuario", "ventas", "welcome", "zxcvbnm"};

/* The letters of a folded text: "ana.gomez2024" → "anagomez". */
static Str letters(Arena *arena, Str folded)
{
        StrBuf out = {.arena = arena};

        strbuf_puts(&out, "");
        for (size_t i = 0; i < folded.len; i++) {
                char c = folded.p[i];
                if ((c >= 'a' && c <= 'z') || (uint8_t)c >= 0x80)
                        strbuf_putc(&out, c);
        }
        return (Str){out.p, out.len};
}

static bool is_common(Str word)
{
        for (unsigned i = 0; i < sizeof common / sizeof common[0]; i++)
                if (str_is(word, common[i]))
                        return true;
        return false;
}

/* "1111111111", "1212121212": too few different ones. */
static bool few_characters(Str folded)
{
        bool seen[256] = {};
        unsigned n = 0;

        for (size_t i = 0; i < folded.len; i++) {
                n += !seen[(uint8_t)folded.p[i]];
                seen[(uint8_t)folded.p[i]] = true;
        }
        return n < FEW;
}

/* "1234567890", "abcdefghij", "1234512345": nearly every character is the neighbour of the one before. */
static bool runs(Str folded)
{
        size_t steps = 0;

        for (size_t i = 1; i < folded.len; i++) {
                int step = abs(folded.p[i] - folded.p[i - 1]);
                steps += step <= 1 || (step == '9' - '0' && (folded.p[i] == '0' || folded.p[i] == '9'));
        }
        return steps + folded.len / 4 + 1 >= folded.len;
}

/* One of the words of the name, all of it, or the e-mail. */
static bool is_of_person(Req *rq, Str word, const char *email, const char *name)
{
        Str mail = text_fold(rq->arena, str_of(email)), rest = text_fold(rq->arena, str_of(name));
        const char *at = mail.len ? memchr(mail.p, '@', mail.len) : NULL;
        Str local = at ? (Str){mail.p, (size_t)(at - mail.p)} : mail;

        if (word.len == 0)
                return false;
        if (str_eq(word, letters(rq->arena, mail)) || str_eq(word, letters(rq->arena, local)) ||
                str_eq(word, letters(rq->arena, rest)))
                return true;
        for (Str one; str_take(&rest, ' ', &one);)
                if (str_eq(word, letters(rq->arena, one)))
                        return true;
        return false;
}

void password_check(Req *rq, const char *field, const char *password, const char *email, const char *name)
{
        Str folded = text_fold(rq->arena, str_of(password)), word = letters(rq->arena, folded);
        size_t length = utf8_length(str_of(password));

        if (length < LENGTH_MIN)
                req_note(rq, PASSWORD_SHORT, field, req_printf(rq, "%d", LENGTH_MIN));
        else if (length > LENGTH_MAX)
                req_note(rq, TOO_LONG, field, req_printf(rq, "%d", LENGTH_MAX));
        else if (is_of_person(rq, word, email, name))
                req_note(rq, PASSWORD_PERSONAL, field, NULL);
        else if (few_characters(folded) || runs(folded) || is_common(word))
                req_note(rq, PASSWORD_COMMON, field, NULL);
}
