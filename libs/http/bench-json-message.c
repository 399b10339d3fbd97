/* How long a lead of about 1.25 kB takes, both ways; with protobuf-c's pack and unpack beside it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/loop.h"
#include "http/json_message.h"
#include "leads.cauce.h"
#include "leads.pb-c.h"

static const char lead[] =
        "{\"id\":\"0190f3c2-7d1a-7c3e-8a11-0a5b6c7d8e9f\",\"version\":7,\"label\":\"María Fernanda Pérez Ñáñez\","
        "\"created_at\":\"2026-11-21T14:03:00.123456Z\",\"created_by\":\"0190f3c2-7d1a-7c3e-8a11-000000000001\","
        "\"updated_at\":\"2026-11-21T15:03:00Z\",\"updated_by\":\"0190f3c2-7d1a-7c3e-8a11-000000000002\","
        "\"assigned_to\":\"0190f3c2-7d1a-7c3e-8a11-000000000003\",\"number\":120345,"
        "\"name\":\"María Fernanda Pérez Ñáñez\",\"company\":\"Distribuciones y Redes del Norte S.A.S.\","
        "\"id_type\":\"nit\",\"tax_id\":\"900123456-7\",\"status\":\"contacting\",\"stage\":\"presentation\","
        "\"score\":70,\"email\":\"maria.perez@redesdelnorte.example\",\"phone\":\"+576042345678\","
        "\"city\":\"05001\",\"address\":\"Carrera 43A # 1-50, Torre 2, oficina 804\",\"latitude\":\"6.244203\","
        "\"longitude\":\"-75.581212\",\"interest_detail\":\"Pide precio por volumen de 40 portátiles y 12 "
        "impresoras láser para la sede nueva; quiere ver una demostración antes del cierre de mes y comparar con "
        "la propuesta del año pasado. Prefiere que la llamen por la mañana. Trabaja con dos integradores de la zona "
        "y decide el comité de compras, que se reúne los martes.\",\"source\":\"web_form\",\"needs_visit\":true,"
        "\"consent\":true,\"consent_at\":\"2026-11-20T10:00:00Z\",\"consent_origin\":\"web_form\"}";

static Arena *arena, *kept;
static ProtobufCMessage *message;
static uint8_t packed[4096];
static size_t packed_len;

static bool read_json(void)
{
        JsonProblems problems;
        return json_to_message(arena, &lead_meta, STR(lead), 0, &problems, NULL, NULL) != NULL;
}

static bool write_json(void)
{
        StrBuf buf = {.arena = arena};
        message_to_json(&buf, &lead_meta, message);
        return buf.len == sizeof lead - 1;
}

static bool unpack(void)
{
        return protobuf_c_message_unpack(
                       &cauce__leads__lead__descriptor, arena_protobuf(arena), packed_len, packed) != NULL;
}

/* Microseconds a call, of the best round: the machine may be busy with other things. */
static double best(bool (*fn)(void))
{
        int64_t least = INT64_MAX;
        for (int round = 0; round < 50; round++) {
                int64_t from = clock_monotonic();
                for (int i = 0; i < 2000; i++) {
                        if (!fn())
                                abort();
                        arena_reset(arena);
                }
                int64_t took = clock_monotonic() - from;
                least = took < least ? took : least;
        }
        return (double)least / 2000;
}

int main(void)
{
        JsonProblems problems;
        arena = arena_new();
        kept = arena_new();
        message = json_to_message(kept, &lead_meta, STR(lead), 0, &problems, NULL, NULL);
        if (!message)
                return 1;
        packed_len = protobuf_c_message_pack(message, packed);
        printf("%zu bytes: JSON to message %.2f us, message to JSON %.2f us, unpack %.2f us\n",
                sizeof lead - 1, best(read_json), best(write_json), best(unpack));
        kept = arena_free(kept);
        arena = arena_free(arena);
        return 0;
}
