/* The addresses of the API and what each is for. In the order in which they are looked at. */
#include "entity.cauce.h"
#include "routes.h"

#define JSON(...) #__VA_ARGS__
#define TEXT(max) "{\"type\":\"string\",\"maxLength\":" #max "}"
#define FLAG      JSON({"type" : "boolean"})

/* ---- query parameters ---- */

#define PAGE_PARAMS                                                                                          \
        {"limit", JSON({"type" : "integer", "minimum" : 1, "maximum" : 200, "default" : 50}),                \
                {"Registros por página", "Records a page"}},                                                 \
        {                                                                                                    \
                "cursor", TEXT(4000),                                                                        \
                {                                                                                            \
                        "El `next` de la página anterior", "The former page's `next`"                        \
                }                                                                                            \
        }
#define LIST_PARAMS                                                                                          \
        {"sort", TEXT(400),                                                                                  \
                {"Campos del orden, separados por comas; `-` delante: de mayor a menor",                     \
                        "Fields to sort by, a comma between; `-` in front: descending"}},                    \
        {                                                                                                    \
                "fields", TEXT(4000),                                                                        \
                {                                                                                            \
                        "Campos que se quieren, separados por comas",                                        \
                                "Fields that are wanted, a comma between"                                    \
                }                                                                                            \
        }
#define SELECT_PARAMS                                                                                        \
        {"q", TEXT(200),                                                                                     \
                {"Texto que se busca, sin tildes ni mayúsculas",                                             \
                        "Text to search for, case and accents aside"}},                                      \
                {"view", TEXT(60),                                                                           \
                        {"Vista: su filtro se suma, su orden vale si no hay otro",                           \
                                "View: its filter is joined, its order the default"}},                       \
                {"zone", TEXT(60),                                                                           \
                        {"Zona horaria IANA de las fechas relativas", "IANA zone of relative dates"}},       \
                {"mine", FLAG,                                                                               \
                        {"Solo los propios: de quien pregunta, como propietario o asignado",                 \
                                "One's own alone: owned by who asks, or assigned"}},                         \
        {                                                                                                    \
                "deleted", FLAG,                                                                             \
                {                                                                                            \
                        "La papelera en vez de los demás", "The recycle bin instead"                         \
                }                                                                                            \
        }

static const Param list_params[] = {PAGE_PARAMS, LIST_PARAMS, SELECT_PARAMS, {NULL}};
static const Param count_params[] = {
        {"cap", JSON({"type" : "integer", "minimum" : 0, "maximum" : 4294967295, "default" : 10000}),
                {"Hasta dónde contar; 0 = todos", "How far to count; 0 = all"}},
        {"group_by", TEXT(120), {"Campo de lista o sí/no", "A picklist or yes/no field"}},
        {"sum", TEXT(120),
                {"Campo numérico que se suma, por grupo y en total; entonces se cuentan todos",
                        "A number to add up, by group and in all; all are counted then"}},
        SELECT_PARAMS, {NULL}};
static const Param export_params[] = {
        {"limit", JSON({"type" : "integer", "minimum" : 1}), {"Filas a lo sumo", "Rows at most"}},
        {"cursor", TEXT(4000), {"Desde dónde", "From where"}},
        {"format", JSON({"type" : "string", "enum" : ["csv"]}), {"Formato", "Format"}},
        {"bom", FLAG, {"Con la marca que Excel espera", "With the mark that Excel expects"}}, LIST_PARAMS,
        SELECT_PARAMS, {NULL}};
static const Param history_params[] = {
        {"before", JSON({"type" : "integer", "format" : "int64"}),
                {"Solo lo anterior a este `seq`", "Only what came before this `seq`"}},
        {NULL}};
static const Param explain_params[] = {{"user", JSON({"type" : "string", "format" : "uuid"}),
                                               {"De quién se pregunta; si falta, de quien pregunta",
                                                       "Who is asked about; absent: who asks"}},
        {NULL}};
static const Param import_params[] = {{"filename", TEXT(200), {"Nombre del archivo", "Name of the file"}},
        {"create_fields", FLAG, {"Crear los campos que falten", "Make the fields that are missing"}},
        {"assign", FLAG, {"Repartir por las reglas de asignación", "Give out by the assignment rules"}},
        {NULL}};
static const Param cities_params[] = {
        {"q", TEXT(200), {"Nombre o código, o su comienzo", "Name or code, or its beginning"}}, {NULL}};
static const Param live_params[] = {
        {"modules", TEXT(4000),
                {"Módulos que se muestran, separados por comas; si falta, todos los que se pueden ver",
                        "Modules that are shown, a comma between; absent: all that may be seen"}},
        {"after", TEXT(1500),
                {"El último `id` recibido, cuando no va en `Last-Event-ID`",
                        "The last `id` received, when it is not in `Last-Event-ID`"}},
        {NULL}};
static const Param oidc_start_params[] = {
        {"return_to", TEXT(500),
                {"A dónde volver en esta instalación", "Where to return to in this installation"}},
        {NULL}};
static const Param oidc_finish_params[] = {{"code", TEXT(4000), {"Del proveedor", "Of the provider"}},
        {"state", TEXT(200), {"El que se le dio", "The one it was given"}},
        {"error", TEXT(200),
                {"Lo que dice el proveedor cuando no", "What the provider says when it does not"}},
        {NULL}};

static const Param events_params[] = {
        {"after", TEXT(4000),
                {"El `next` de la página anterior, o `latest`: solo lo que venga. Si falta, todo desde el comienzo",
                        "The former page's `next`, or `latest`: only what is to come. Absent: all from the start"}},
        {"since", JSON({"type" : "string", "format" : "date-time"}),
                {"En vez de `after`: desde este momento, o un poco antes",
                        "In place of `after`: from this time on, or a little earlier"}},
        {"modules", TEXT(4000),
                {"Módulos, separados por comas: `leads.lead,activities.task`. Si falta, todos los que se ven",
                        "Modules, a comma between: `leads.lead,activities.task`. Absent: all that may be seen"}},
        {"limit", JSON({"type" : "integer", "minimum" : 1, "maximum" : 1000, "default" : 100}),
                {"Eventos por página, a lo sumo", "Events a page, at most"}},
        {"wait", JSON({"type" : "integer", "minimum" : 0, "maximum" : 60, "default" : 0}),
                {"Segundos que la respuesta espera mientras no haya nada nuevo",
                        "Seconds that the answer waits while there is nothing new"}},
        {NULL}};
static const Param dead_letters_params[] = {
        {"service", TEXT(60), {"De los consumidores de este servicio", "Of this service's consumers"}},
        {"state", JSON({"type" : "string", "enum" : [ "waiting", "retrying", "applied", "dropped" ]}),
                {"Si falta, los que esperan y los que se reintentan",
                        "Absent: those that wait or are tried again"}},
        {"limit", JSON({"type" : "integer", "minimum" : 1, "maximum" : 200, "default" : 50}),
                {"A lo sumo", "At most"}},
        {"cursor", TEXT(100), {"El `next` de la página anterior", "The former page's `next`"}}, {NULL}};

static const Param jobs_params[] = {
        {"all", FLAG, {"Los de todos: para administradores", "Everybody's: for administrators"}},
        {"limit", JSON({"type" : "integer", "minimum" : 1, "maximum" : 200, "default" : 50}),
                {"A lo sumo", "At most"}},
        {"cursor", TEXT(100), {"El `next` de la página anterior", "The former page's `next`"}}, {NULL}};
static const Param rejects_params[] = {
        {"bom", FLAG, {"Con la marca que Excel espera", "With the mark that Excel expects"}}, {NULL}};

/* ---- routes ---- */

#define RECORD                                                                                               \
        {                                                                                                    \
                .schema = "{}"                                                                               \
        }
#define PAGE                                                                                                 \
        {                                                                                                    \
                .schema = "{}Page"                                                                           \
        }
#define CSV                                                                                                  \
        {                                                                                                    \
                .media = "text/csv"                                                                          \
        }

const Route routes[] = {
        {"GET", "/session", "session_get", {"Quién ha iniciado sesión", "Who is signed in"},
                .gives = {.schema = "Session"}, .status = 200, .handle = session_get},
        {"POST", "/session", "session_create", {"Inicia sesión", "Signs in"}, ROUTE_OPEN | ROUTE_COOKIE,
                .takes = {.schema = "SignIn"}, .gives = {.schema = "NewSession"}, .status = 200,
                .errors = "bad_credentials bad_code code_required cross_site", .handle = session_post},
        {"DELETE", "/session", "session_delete", {"Cierra la sesión", "Signs out"}, .status = 204,
                .handle = session_delete},
        {"GET", "/oidc/start", "oidc_start",
                {"Envía al proveedor de identidad", "Sends to the identity provider"},
                ROUTE_OPEN | ROUTE_NO_HEAD | ROUTE_LOCATION, .params = oidc_start_params, .status = 302,
                .handle = oidc_start},
        {"GET", "/oidc/callback", "oidc_callback",
                {"Vuelve del proveedor de identidad", "Returns from the identity provider"},
                ROUTE_OPEN | ROUTE_NO_HEAD | ROUTE_LOCATION, .params = oidc_finish_params, .status = 302,
                .handle = oidc_finish},
        {"GET", "/metadata", "metadata_get",
                {"Los módulos como valen para quien pregunta",
                        "The modules as they are in force for who asks"},
                ROUTE_ETAG, .gives = {.schema = "Metadata"}, .status = 200, .handle = metadata_get},
        {"GET", "/cities", "cities_list", {"Municipios de Colombia", "Municipalities of Colombia"},
                .params = cities_params, .gives = {.schema = "Cities"}, .status = 200, .handle = cities_get},
        {"GET", "/live", "live",
                {"Lo que cambia, a medida que ocurre (server-sent events)",
                        "What changes, as it happens (server-sent events)"},
                ROUTE_NO_HEAD, .params = live_params, .gives = {.media = "text/event-stream"}, .status = 200,
                .errors = "forbidden rate_limit", .handle = live_get},

        {"GET", "/events", "events",
                {"Lo que les pasó a los registros que se ven, en orden",
                        "What happened to the records one sees, in order"},
                .params = events_params, .gives = {.schema = "Events"}, .status = 200,
                .errors = "bad_cursor forbidden rate_limit", .handle = events_get},
        {"GET", "/dead-letters", "dead_letters",
                {"Eventos que un servicio no pudo aplicar", "Events that a service could not apply"},
                .params = dead_letters_params, .gives = {.message = &dead_letters_reply_meta}, .status = 200,
                .errors = "bad_cursor administrators_only", .handle = dead_letters_get},
        {"POST", "/dead-letters/{service}/{number}/retry", "dead_letter_retry",
                {"Reintenta un evento y los que esperan detrás",
                        "Tries an event again, and those that queue behind it"},
                .gives = {.message = &dead_letter_meta}, .status = 202, .errors = "not_found conflict",
                .handle = dead_letter_retry_post},
        {"POST", "/dead-letters/{service}/{number}/drop", "dead_letter_drop",
                {"Descarta un evento y sigue con los que esperan detrás",
                        "Leaves an event out and goes on with those behind it"},
                .gives = {.message = &dead_letter_meta}, .status = 200, .errors = "not_found conflict",
                .handle = dead_letter_drop_post},

        {"GET", "/openapi.json", "openapi_get", {"Este documento", "This document"}, ROUTE_ETAG,
                .gives = {.schema = "Document"}, .status = 200, .handle = openapi_get},
        {"GET", "/asyncapi.json", "asyncapi_get", {"Los eventos, como AsyncAPI", "The events, as AsyncAPI"},
                ROUTE_ETAG, .gives = {.schema = "Document"}, .status = 200, .handle = asyncapi_get},
        {"GET", "/docs", "docs_get", {"La API para leer", "The API to read"}, ROUTE_OPEN | ROUTE_ETAG,
                .gives = {.media = "text/html"}, .status = 200, .handle = docs_get},

        {"GET", "/{module}", "list", {"Una página de registros", "A page of records"}, ROUTE_FILTERS, "see",
                list_params, .gives = PAGE, .status = 200, .handle = list_get},
        {"POST", "/{module}", "create", {"Crea un registro", "Makes a record"},
                ROUTE_IDEMPOTENT | ROUTE_ETAG | ROUTE_LOCATION, "create", .takes = {.schema = "{}Create"},
                .gives = RECORD, .status = 201, .handle = record_create},
        {"GET", "/{module}/count", "count", {"Cuántos registros hay", "How many records there are"},
                ROUTE_FILTERS, "see", count_params, .gives = {.message = &count_reply_meta}, .status = 200,
                .handle = list_count},
        {"POST", "/{module}/search", "search",
                {"Una página de registros, por condiciones anidadas",
                        "A page of records, by nested conditions"},
                .right = "see", .takes = {.message = &list_request_meta}, .gives = PAGE, .status = 200,
                .handle = list_search},
        {"GET", "/{module}/export", "export", {"Los registros como archivo CSV", "The records as a CSV file"},
                ROUTE_FILTERS, "export", export_params, .gives = CSV, .status = 200, .handle = export_get},
        {"POST", "/{module}/visible", "visible",
                {"Cuáles de estos registros se pueden ver", "Which of these records may be seen"},
                .right = "see", .takes = {.message = &visible_request_meta},
                .gives = {.message = &visible_reply_meta}, .status = 200, .handle = visible_post},
        {"POST", "/{module}/import", "import", {"Importa un archivo CSV", "Imports a CSV file"},
                ROUTE_NEEDS_KEY | ROUTE_LOCATION, "import", import_params, CSV, {.message = &job_meta},
                .errors = "too_large file_archive file_binary file_document file_image file_markup "
                          "file_spreadsheet file_empty file_encoding files_full",
                .status = 202, .handle = import_post},
        {"POST", "/{module}/bulk", "bulk",
                {"Hasta 1.000 operaciones, juntas o cada una por su cuenta; o un cambio de todo lo que un filtro encuentra",
                        "Up to 1,000 operations, together or each by itself; or one change of all that a filter finds"},
                ROUTE_NEEDS_KEY | ROUTE_LOCATION, .right = "see", .takes = {.schema = "{}Bulk"},
                .gives = {.schema = "BulkResults"}, .status = 200, .errors = "not_found stale",
                .handle = bulk_post, .later = {.message = &job_meta}},
        {"POST", "/{module}/exports", "export_create",
                {"Hace un archivo CSV de los registros, o solo de los elegidos, como un trabajo",
                        "Makes a CSV file of the records, or of chosen ones alone, as a job"},
                ROUTE_FILTERS | ROUTE_IDEMPOTENT | ROUTE_LOCATION | ROUTE_MAY_TAKE, "export", export_params,
                .takes = {.message = &export_chosen_meta}, .gives = {.message = &job_meta}, .status = 202,
                .handle = exports_post},
        {"GET", "/{module}/jobs", "jobs",
                {"Los trabajos de quien pregunta, el más nuevo primero",
                        "The jobs of who asks, the newest first"},
                .right = "see", .params = jobs_params, .gives = {.message = &jobs_reply_meta}, .status = 200,
                .errors = "bad_cursor administrators_only", .handle = jobs_get},
        {"GET", "/{module}/jobs/{id}", "job", {"Cómo va un trabajo", "How a job is getting on"},
                .right = "see", .gives = {.message = &job_meta}, .status = 200, .handle = job_get},
        {"POST", "/{module}/jobs/{id}/cancel", "job_cancel",
                {"Detiene un trabajo; lo que ya entró se queda",
                        "Stops a job; what has gone in already stays"},
                .right = "see", .gives = {.message = &job_meta}, .status = 200, .errors = "job_over",
                .handle = job_cancel_post},
        {"GET", "/{module}/jobs/{id}/file", "job_file",
                {"El archivo que se importó, tal como llegó, o el que se exportó",
                        "The file that was imported, as it came, or the one that was exported"},
                .right = "see", .gives = CSV, .status = 200, .errors = "file_gone rights_changed",
                .handle = job_file_get},
        {"GET", "/{module}/jobs/{id}/rejects", "job_rejects",
                {"Todo lo rechazado, con sus celdas, para corregirlo e importarlo de nuevo",
                        "All that was rejected, with its cells, to be mended and imported again"},
                .right = "see", .params = rejects_params, .gives = CSV, .status = 200,
                .handle = job_rejects_get},
        {"POST", "/{module}/fields", "field_create", {"Crea un campo propio", "Makes a custom field"},
                ROUTE_IDEMPOTENT, "settings", .takes = {.message = &custom_field_meta}, .status = 201,
                .handle = field_post},
        {"GET", "/{module}/{id}", "get", {"Un registro", "One record"}, ROUTE_ETAG, "see", .gives = RECORD,
                .status = 200, .handle = record_get_one},
        {"PATCH", "/{module}/{id}", "update",
                {"Cambia los campos que se envían; null los vacía",
                        "Changes the fields that are sent; null empties them"},
                ROUTE_IF_MATCH | ROUTE_ETAG, "change",
                .takes = {.schema = "{}Patch", .media = "application/merge-patch+json"}, .gives = RECORD,
                .status = 200, .handle = record_patch},
        {"DELETE", "/{module}/{id}", "delete",
                {"Envía un registro a la papelera", "Sends a record to the recycle bin"}, ROUTE_IF_MATCH,
                "delete", .status = 204, .handle = record_delete},
        {"POST", "/{module}/{id}/restore", "restore",
                {"Saca un registro de la papelera", "Takes a record out of the recycle bin"},
                ROUTE_IDEMPOTENT | ROUTE_ETAG, "delete", .gives = RECORD, .status = 200,
                .handle = record_restore},
        {"POST", "/{module}/{id}/duplicate", "duplicate", {"Copia un registro", "Copies a record"},
                ROUTE_IDEMPOTENT | ROUTE_ETAG | ROUTE_LOCATION, "duplicate", .gives = RECORD, .status = 201,
                .handle = record_duplicate},
        {"GET", "/{module}/{id}/explain", "explain",
                {"Por qué una persona puede o no", "Why a person may or may not"}, .right = "see",
                .params = explain_params, .gives = {.schema = "Explanation"}, .status = 200,
                .handle = explain_get},
        {"GET", "/{module}/{id}/history", "history",
                {"Qué ha cambiado en un registro", "What has changed in a record"}, .right = "see",
                .params = history_params, .gives = {.schema = "History"}, .status = 200,
                .handle = record_history},
        {NULL},
};
