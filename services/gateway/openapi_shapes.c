/* What the gateway writes itself, without a message of proto/: problems, sessions, metadata, history. */
#include "openapi.h"

#define JSON(...) #__VA_ARGS__

typedef struct Shape {
        const char *name, *schema;
} Shape;

#define LABEL                                                                                                \
        JSON({                                                                                               \
                "type" : "object",                                                                           \
                "properties" : {"es" : {"type" : "string"}, "en" : {"type" : "string"}},                     \
                "required" : [ "es", "en" ]                                                                  \
        })
#define ID "{\"type\":\"string\",\"format\":\"uuid\"}"

#define PERSON                                                                                               \
        "\"id\":" ID ",\"user\":{\"type\":\"object\",\"properties\":{\"id\":" ID                             \
        ",\"name\":{\"type\":\"string\"},\"email\":{\"type\":\"string\"},\"lang\":{\"type\":\"string\"},"    \
        "\"administrator\":{\"type\":\"boolean\"},\"second_factor\":{\"type\":\"boolean\"}},"                \
        "\"required\":[\"id\",\"name\",\"email\",\"administrator\",\"second_factor\"]},"                     \
        "\"expires_at\":{\"type\":\"string\",\"format\":\"date-time\"}"

static const Shape shapes[] = {
        {"SignIn", JSON({
                 "type" : "object",
                 "properties" : {
                         "email" : {"type" : "string", "maxLength" : 254},
                         "password" : {"type" : "string", "maxLength" : 1024, "writeOnly" : true},
                         "code" : {"type" : "string", "maxLength" : 40, "writeOnly" : true}
                 },
                 "required" : [ "email", "password" ],
                 "additionalProperties" : false
         })},
        {"Session", "{\"type\":\"object\",\"properties\":{" PERSON
                    "},\"required\":[\"id\",\"user\",\"expires_at\"]}"},
        {"NewSession", "{\"type\":\"object\",\"properties\":{\"token\":{\"type\":\"string\"}," PERSON
                       "},\"required\":[\"token\",\"id\",\"user\",\"expires_at\"]}"},
        {"Cities", JSON({
                 "type" : "object",
                 "properties" : {
                         "items" : {
                                 "type" : "array",
                                 "items" : {
                                         "type" : "object",
                                         "properties" : {
                                                 "code" : {"type" : "string", "pattern" : "^[0-9]{5}$"},
                                                 "name" : {"type" : "string"},
                                                 "department" : {"type" : "string"}
                                         },
                                         "required" : [ "code", "name", "department" ]
                                 }
                         }
                 },
                 "required" : ["items"]
         })},
        {"Explanation", JSON({
                 "type" : "object",
                 "properties" : {
                         "see" : {"type" : "boolean"},
                         "change" : {"type" : "boolean"},
                         "delete" : {"type" : "boolean"},
                         "reasons" : {
                                 "type" : "array",
                                 "items" : {
                                         "type" : "object",
                                         "properties" : {
                                                 "code" : {"type" : "string"},
                                                 "allows" : {"type" : "boolean"},
                                                 "text" : {"type" : "string"},
                                                 "module" : {"type" : "string"},
                                                 "record" : {"type" : "string", "format" : "uuid"}
                                         },
                                         "required" : [ "code", "allows", "text" ]
                                 }
                         }
                 },
                 "required" : [ "see", "change", "delete", "reasons" ]
         })},
        {"History",
                "{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
                "\"properties\":{\"seq\":{\"type\":\"integer\",\"format\":\"int64\"},"
                "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},\"type\":{\"type\":\"string\"},"
                "\"version\":{\"type\":\"integer\",\"format\":\"int64\"},\"actor\":" ID
                ",\"changes\":{\"type\":\"array\","
                "\"items\":{\"type\":\"object\",\"properties\":{\"field\":{\"type\":\"string\"},\"before\":{},\"after\":{}},"
                "\"required\":[\"field\",\"before\",\"after\"]}}},\"required\":[\"seq\",\"at\",\"type\",\"version\","
                "\"changes\"]}},\"actors\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}},"
                "\"required\":[\"items\",\"actors\"]}"},
        {"Events",
                "{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
                "\"properties\":{\"id\":" ID ",\"seq\":{\"type\":\"integer\",\"format\":\"int64\"},"
                "\"module\":{\"type\":\"string\"},\"record\":" ID
                ",\"version\":{\"type\":\"integer\",\"format\":\"int64\"},\"type\":{\"type\":\"string\",\"enum\":["
                "\"created\",\"updated\",\"deleted\",\"restored\",\"erased\"]},"
                "\"at\":{\"type\":\"string\",\"format\":\"date-time\"},\"actor\":" ID ",\"job\":" ID
                ",\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
                "\"field\":{\"type\":\"string\"},\"before\":{},\"after\":{}},"
                "\"required\":[\"field\",\"before\",\"after\"]}}},\"required\":[\"id\",\"seq\",\"module\",\"record\","
                "\"version\",\"type\",\"at\",\"changes\"]}},\"next\":{\"type\":\"string\"},"
                "\"more\":{\"type\":\"boolean\"}},\"required\":[\"items\",\"next\",\"more\"]}"},
        {"Metadata",
                "{\"type\":\"object\",\"properties\":{\"company\":{\"type\":\"object\",\"properties\":{"
                "\"name\":{\"type\":\"string\"},\"zone\":{\"type\":\"string\"},\"currency\":{\"type\":\"string\"},"
                "\"lang\":{\"type\":\"string\"}},\"required\":[\"name\",\"zone\",\"currency\",\"lang\"]},"
                "\"principal\":{\"type\":\"object\",\"properties\":{\"administrator\":{\"type\":\"boolean\"}},"
                "\"required\":[\"administrator\"]},\"modules\":{\"type\":\"array\",\"items\":{"
                "\"$ref\":\"#/components/schemas/MetadataModule\"}}},\"required\":[\"company\",\"principal\",\"modules\"]}"},
        {"MetadataModule",
                "{\"type\":\"object\",\"properties\":{\"key\":{\"type\":\"string\"},\"service\":{\"type\":\"string\"},"
                "\"name\":{\"type\":\"string\"},\"path\":{\"type\":\"string\"},\"label\":" LABEL
                ",\"plural\":" LABEL ","
                "\"feminine\":{\"type\":\"boolean\"},\"removal\":{\"type\":\"object\",\"properties\":{"
                "\"label\":" LABEL ",\"done\":" LABEL
                "},\"required\":[\"label\",\"done\"]},\"icon\":{\"type\":\"string\"},\"sort\":{\"type\":\"string\"},"
                "\"label_from\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
                "\"administrators\":{\"type\":\"boolean\"},\"made_by_system\":{\"type\":\"boolean\"},"
                "\"kept\":{\"type\":\"boolean\"},\"access\":{\"type\":\"string\",\"enum\":[\"private\",\"see\",\"change\"]},"
                "\"rights\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
                "\"sections\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
                "\"name\":{\"type\":\"string\"},\"label\":" LABEL "},\"required\":[\"name\",\"label\"]}},"
                "\"views\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
                "\"label\":" LABEL ",\"filter\":{\"type\":\"string\"},\"sort\":{\"type\":\"string\"},"
                "\"group_by\":{\"type\":\"string\"},\"columns\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},"
                "\"required\":[\"name\",\"label\"]}},\"fields\":{\"type\":\"array\",\"items\":{"
                "\"$ref\":\"#/components/schemas/MetadataField\"}}},"
                "\"required\":[\"key\",\"path\",\"label\",\"plural\",\"rights\",\"sections\",\"views\",\"fields\"]}"},
        {"MetadataField",
                "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"kind\":{\"type\":\"string\"},"
                "\"label\":" LABEL ",\"help\":" LABEL
                ",\"section\":{\"type\":\"string\"},\"required\":{\"type\":\"boolean\"},"
                "\"list\":{\"type\":\"boolean\"},\"searchable\":{\"type\":\"boolean\"},\"unique\":{\"type\":\"boolean\"},"
                "\"read_only\":{\"type\":\"boolean\"},\"custom\":{\"type\":\"boolean\"},\"apart\":{\"type\":\"boolean\"},\"create\":{\"type\":\"boolean\"},"
                "\"change\":{\"type\":\"boolean\"},\"sort\":{\"type\":\"boolean\"},\"max\":{\"type\":\"integer\"},"
                "\"ref\":{\"type\":\"string\"},\"options\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
                "\"key\":{\"type\":\"string\"},\"label\":" LABEL ",\"color\":{\"type\":\"string\"}},"
                "\"required\":[\"key\",\"label\"]}}},\"required\":[\"name\",\"kind\",\"label\"]}"},
        {"BulkResults",
                "{\"type\":\"object\",\"properties\":{\"results\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
                "\"properties\":{\"status\":{\"type\":\"integer\"},\"id\":" ID
                ",\"version\":{\"type\":\"integer\","
                "\"format\":\"int64\"},\"problem\":{\"$ref\":\"#/components/schemas/Problem\"}},"
                "\"required\":[\"status\"]}}},\"required\":[\"results\"]}"},
        {"Document", JSON({"type" : "object"})},
};

static void put_codes(JsonOut *out)
{
        out_open(out, "code", '{');
        out_text(out, "type", "string");
        out_open(out, "enum", '[');
        for (MsgCode code = 0; code < MSG_MAX; code++)
                if (msg_status(code) >= 400)
                        out_text(out, NULL, msg_key(code));
        out_close(out, ']');
        out_close(out, '}');
}

/* RFC 9457, with a code that programs read and texts that people read. */
static void put_problem(JsonOut *out)
{
        out_open(out, "Problem", '{');
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        out_raw(out, "type", "{\"type\":\"string\"}");
        out_raw(out, "status", "{\"type\":\"integer\"}");
        put_codes(out);
        out_raw(out, "detail", "{\"type\":\"string\"}");
        out_raw(out, "trace", "{\"type\":\"string\"}");
        out_raw(out, "version", "{\"type\":\"integer\",\"format\":\"int64\"}");
        out_raw(out, "current", "{\"type\":\"object\"}");
        out_open(out, "errors", '{');
        out_text(out, "type", "array");
        out_open(out, "items", '{');
        out_text(out, "type", "object");
        out_open(out, "properties", '{');
        out_raw(out, "pointer", "{\"type\":\"string\"}");
        put_codes(out);
        out_raw(out, "detail", "{\"type\":\"string\"}");
        out_close(out, '}');
        out_raw(out, "required", "[\"pointer\",\"code\",\"detail\"]");
        out_close(out, '}');
        out_close(out, '}');
        out_close(out, '}');
        out_raw(out, "required", "[\"type\",\"status\",\"code\",\"detail\",\"errors\"]");
        out_close(out, '}');
}

void schema_shapes(const Api *api, JsonOut *out)
{
        (void)api;
        put_problem(out);
        for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
                out_raw(out, shapes[i].name, shapes[i].schema);
}
