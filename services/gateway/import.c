/* Files in: the body is streamed into the blob folder, looked at on its way; the service gets its handle.
 * Custom fields. */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "entity.cauce.h"
#include "entity/sniff.h"
#include "entity/verbs.h"
#include "gateway.h"

#define PIECE (64 * 1024)

/* A file on its way in. */
typedef struct Upload {
        Sniff sniff;
        Encoding encoding;
        MsgCode refusal; /* MSG_MAX = none */
        uint8_t hash[crypto_hash_sha256_BYTES];
        char handle[BLOB_HANDLE + 1];
        char piece[PIECE];
} Upload;

/* 0, what http_read or the folder says, or 1 with upload->refusal. */
static int take_body(Exchange *x, Upload *upload, BlobWriter *file)
{
        crypto_hash_sha256_state hash;
        int n, r = 0;

        (void)crypto_hash_sha256_init(&hash);
        while ((n = http_read(x->http, upload->piece, PIECE)) > 0) {
                upload->refusal = sniff_feed(&upload->sniff, upload->piece, (size_t)n);
                if (upload->refusal != MSG_MAX)
                        return 1;
                (void)crypto_hash_sha256_update(&hash, (const uint8_t *)upload->piece, (size_t)n);
                r = blob_put(file, upload->piece, (size_t)n);
                if (r != 0)
                        return r;
        }
        (void)crypto_hash_sha256_final(&hash, upload->hash);
        if (n < 0)
                return n;
        upload->refusal = sniff_end(&upload->sniff, &upload->encoding);
        return upload->refusal != MSG_MAX;
}

static int upload_store(Exchange *x, const Module *module, Upload *upload)
{
        BlobWriter *file;
        int r = blob_begin(&x->gateway->blobs, module->service, &file);

        if (r != 0)
                return r;
        r = take_body(x, upload, file);
        if (r == 0)
                return blob_end(file, upload->handle);
        (void)blob_drop(file);
        return r;
}

static void upload_check(Exchange *x, const Upload *upload, int r)
{
        Req *rq = &x->rq;

        if (r == 1)
                req_fail_at(rq, upload->refusal, NULL, (const char *const[REQ_ARGS_MAX + 1]){NULL}, __FILE__);
        if (r == -EMSGSIZE)
                req_fail(rq, TOO_LARGE, NULL, size_text(rq->arena, x->gateway->upload_max));
        if (r == -ENOSPC)
                req_fail(rq, FILES_FULL, NULL, NULL);
        if (r != 0)
                req_fault(rq, r, "upload broken off");
}

/* What senders call a CSV file, Windows with Excel among them. It is looked at, whatever it is called; but
 * what is called something else entirely was not meant for this address. */
static void type_check(Exchange *x)
{
        static const char *const types[] = {"text/csv", "text/plain", "text/tab-separated-values",
                "text/comma-separated-values", "application/csv", "application/vnd.ms-excel",
                "application/octet-stream"};
        Str type = http_header(x->http, "Content-Type");
        const char *end = memchr(type.p, ';', type.len);

        if (end)
                type.len = (size_t)(end - type.p);
        type = str_trim(type);
        if (type.len == 0)
                return;
        for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
                if (type.len == strlen(types[i]) && strncasecmp(type.p, types[i], type.len) == 0)
                        return;
        req_fail(&x->rq, MEDIA_TYPE, "Content-Type", "text/csv");
}

void import_post(Exchange *x, const Module *module)
{
        Cauce__ImportRequest in = CAUCE__IMPORT_REQUEST__INIT;
        Upload *upload = arena_alloc(x->rq.arena, sizeof *upload);
        HttpParam *params;
        unsigned n = query_params(x, &params);

        idempotency_key_required(x);
        for (unsigned i = 0; i < n; i++) {
                if (str_is(params[i].name, "create_fields"))
                        in.has_create_fields = in.create_fields = str_is(params[i].value, "true");
                else if (str_is(params[i].name, "assign"))
                        in.has_assign = in.assign = str_is(params[i].value, "true");
                else if (str_is(params[i].name, "filename"))
                        in.filename = arena_strndup(x->rq.arena, params[i].value.p, params[i].value.len);
                else
                        parameter_refuse(x, params[i].name);
        }
        type_check(x);
        upload_check(x, upload, upload_store(x, module, upload));
        in.blob = upload->handle;
        in.encoding = (char *)encoding_names[upload->encoding];
        in.has_hash = true;
        in.hash = (ProtobufCBinaryData){sizeof upload->hash, upload->hash};
        x->rq.context.deadline = clock_realtime() + INT64_C(10000000);
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.import", module->service, module->name);
        reply_job(x, 202, module, req_ask(&x->rq, subject, req_pack(&x->rq, &in.base), true));
}

void field_post(Exchange *x, const Module *module)
{
        Cauce__CreateFieldRequest in = CAUCE__CREATE_FIELD_REQUEST__INIT;
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.create_field", module->service, module->name);

        idempotency_key(x);
        in.field = (Cauce__CustomField *)body_message(x, &custom_field_meta, 0, NULL, NULL);
        (void)req_ask(&x->rq, subject, req_pack(&x->rq, &in.base), true);
        reply_empty(x, 201);
}
