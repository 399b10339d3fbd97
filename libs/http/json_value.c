/* Single values by kind: checked, and put where protobuf-c wants them. */

#include <errno.h>
#include <sodium.h>

#include "base/money.h"
#include "base/time.h"
#include "base/uuid.h"
#include "http/json_reading.h"

static void note_invalid(Reading *reading, const Field *field, const Path *path)
{
        problem_note(reading, MSG_INVALID_FIELD, path,
                field->flags & FIELD_SECRET ? STR("…") : reading->json.text);
}

static void note_range(Reading *reading, const Path *path, const char *range)
{
        problem_note(reading, MSG_OUT_OF_RANGE, path, str_of(range));
}

static void read_text(Reading *reading, const Field *field, void *to, const Path *path)
{
        Str text = reading->json.text;
        if (field->max > 0 && !field->repeated && text.len > field->max && utf8_length(text) > field->max)
                problem_note_max(reading, MSG_TOO_LONG, path, field->max);
        *(char **)to = terminated(text);
}

static int parse_u64(Str text, uint64_t *ret)
{
        uint64_t value = 0;
        bool over = text.len > 0 && text.p[0] == '-';
        for (size_t i = over; i < text.len; i++) {
                if (text.p[i] < '0' || text.p[i] > '9')
                        return -EINVAL;
                over |= __builtin_mul_overflow(value, UINT64_C(10), &value);
                over |= __builtin_add_overflow(value, (uint64_t)(text.p[i] - '0'), &value);
        }
        *ret = value;
        return over ? -ERANGE : 0;
}

static void read_integer(Reading *reading, const Field *field, void *to, const Path *path)
{
        bool half = field->type == PROTOBUF_C_TYPE_INT32 || field->type == PROTOBUF_C_TYPE_UINT32;
        bool is_unsigned = field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_UINT64;
        int64_t value = 0;
        uint64_t big = 0;
        int r = is_unsigned ? parse_u64(reading->json.text, &big) : parse_i64(reading->json.text, &value);
        if (r == -EINVAL) {
                problem_note(reading, MSG_WRONG_TYPE, path, STR("integer"));
                return;
        }
        if (r < 0 || (half && (value < INT32_MIN || value > INT32_MAX || big > UINT32_MAX))) {
                note_range(reading, path, half ? "32 bit" : "64 bit");
                return;
        }
        if (half)
                *(uint32_t *)to = (uint32_t)(is_unsigned ? big : (uint64_t)value);
        else
                *(uint64_t *)to = is_unsigned ? big : (uint64_t)value;
}

static void read_decimal(Reading *reading, const Field *field, void *to, const Path *path)
{
        bool money = field->kind == KIND_MONEY;
        bool latitude = field->kind == KIND_GEO_LATITUDE, longitude = field->kind == KIND_GEO_LONGITUDE;
        int64_t value = 0, most = latitude ? 90 * MICRO : 180 * MICRO;
        int r = parse_decimal(reading->json.text, money ? currency_decimals("COP") : 6, &value);
        if (r == -EINVAL)
                note_invalid(reading, field, path);
        else if (r < 0)
                note_range(reading, path,
                        money ? "±92233720368547758.07, 0.01" : "±9223372036854.775807, 0.000001");
        else if ((latitude || longitude) && (value > most || value < -most))
                note_range(reading, path, latitude ? "±90" : "±180");
        *(int64_t *)to = value;
}

static void read_date(Reading *reading, const Field *field, void *to, const Path *path)
{
        if (date_parse(reading->json.text, to) < 0)
                note_invalid(reading, field, path);
}

static void read_instant(Reading *reading, const Field *field, void *to, const Path *path)
{
        if (instant_parse(reading->json.text, to) < 0)
                note_invalid(reading, field, path);
}

static void read_uuid(Reading *reading, const Field *field, void *to, const Path *path)
{
        Uuid *id = arena_raw(reading->arena, sizeof *id);
        if (uuid_parse(reading->json.text, id) < 0)
                note_invalid(reading, field, path);
        *(ProtobufCBinaryData *)to = (ProtobufCBinaryData){.len = sizeof id->b, .data = id->b};
}

static void read_bytes(Reading *reading, const Field *field, void *to, const Path *path)
{
        Str text = reading->json.text;
        size_t max = text.len / 4 * 3, len = 0;
        uint8_t *data = arena_raw(reading->arena, max + 1);
        if (sodium_base642bin(
                    data, max, text.p, text.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
                note_invalid(reading, field, path);
        else if (field->max > 0 && !field->repeated && len > field->max)
                problem_note_max(reading, MSG_TOO_LONG, path, field->max);
        *(ProtobufCBinaryData *)to = (ProtobufCBinaryData){.len = len, .data = data};
}

static void read_enum(Reading *reading, const Field *field, void *to, const Path *path)
{
        for (unsigned i = 0; i < field->enumeration->n; i++)
                if (str_is(reading->json.text, field->enumeration->names[i])) {
                        *(int *)to = (int)i;
                        return;
                }
        problem_note(reading, MSG_NOT_AN_OPTION, path, reading->json.text);
}

enum { NUMBER = 1 << 0, STRING = 1 << 1 };

/* What a kind may be in JSON, what it is called in a problem, and what reads it. */
static const struct {
        unsigned tokens;
        const char *name;
        void (*read)(Reading *reading, const Field *field, void *to, const Path *path);
} forms[KIND_MAX] = {
        [KIND_TEXT] = {STRING, "string", read_text},
        [KIND_LONG_TEXT] = {STRING, "string", read_text},
        [KIND_INTEGER] = {NUMBER, "integer", read_integer},
        [KIND_DECIMAL] = {NUMBER | STRING, "decimal", read_decimal},
        [KIND_MONEY] = {NUMBER | STRING, "decimal", read_decimal},
        [KIND_PERCENT] = {NUMBER | STRING, "decimal", read_decimal},
        [KIND_DATE] = {STRING, "date", read_date},
        [KIND_DATETIME] = {STRING, "datetime", read_instant},
        [KIND_PICKLIST] = {STRING, "string", read_text},
        [KIND_MULTI_PICKLIST] = {STRING, "string", read_text},
        [KIND_EMAIL] = {STRING, "string", read_text},
        [KIND_PHONE] = {STRING, "string", read_text},
        [KIND_URL] = {STRING, "string", read_text},
        [KIND_TAX_ID] = {STRING, "string", read_text},
        [KIND_CITY] = {STRING, "string", read_text},
        [KIND_REFERENCE] = {STRING, "uuid", read_uuid},
        [KIND_UUID] = {STRING, "uuid", read_uuid},
        [KIND_NUMBER] = {NUMBER, "integer", read_integer},
        [KIND_ENUM] = {STRING, "string", read_enum},
        [KIND_BYTES] = {STRING, "base64", read_bytes},
        [KIND_GEO_LATITUDE] = {NUMBER | STRING, "decimal", read_decimal},
        [KIND_GEO_LONGITUDE] = {NUMBER | STRING, "decimal", read_decimal},
};

bool read_scalar(Reading *reading, const Field *field, JsonToken token, void *to, const Path *path)
{
        if (field->type == PROTOBUF_C_TYPE_BOOL) {
                *(protobuf_c_boolean *)to = token == JSON_TRUE;
                return token == JSON_TRUE || token == JSON_FALSE ||
                       problem_type(reading, token, path, "boolean");
        }
        unsigned is = token == JSON_STRING ? STRING : token == JSON_NUMBER ? NUMBER : 0;
        if (!(forms[field->kind].tokens & is))
                return problem_type(reading, token, path, forms[field->kind].name);
        forms[field->kind].read(reading, field, to, path);
        return true;
}
