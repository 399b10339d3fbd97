/* Files in: the body is streamed into the blob folder, the service gets its handle. Custom fields. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "entity.cauce.h"
#include "entity/verbs.h"
#include "gateway.h"

#define PIECE (64 * 1024)

/* Bytes of the body into the file; the file is on disk before the job is made. */
static int store_body(Exchange *x, int file, uint8_t ret_hash[static crypto_hash_sha256_BYTES])
{
        char *piece = arena_alloc(x->rq.arena, PIECE);
        crypto_hash_sha256_state hash;
        int n;

        (void)crypto_hash_sha256_init(&hash);
        while ((n = http_read(x->http, piece, PIECE)) > 0) {
                (void)crypto_hash_sha256_update(&hash, (const uint8_t *)piece, (size_t)n);
                for (int done = 0; done < n;) {
                        ssize_t wrote = write(file, piece + done, (size_t)(n - done));
                        if (wrote < 0)
                                return -errno;
                        done += (int)wrote;
                }
        }
        (void)crypto_hash_sha256_final(&hash, ret_hash);
        return n < 0 ? n : (fsync(file) == 0 ? 0 : -errno);
}

static const char *blob_store(Exchange *x, uint8_t ret_hash[static crypto_hash_sha256_BYTES])
{
        char name[UUID_TEXT + 1];
        Uuid id = uuid_v7();

        uuid_format(&id, name);
        const char *path = req_printf(&x->rq, "%s/%s", x->gateway->blobs, name);
        int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
        if (file < 0)
                req_fault(&x->rq, -errno, "cannot write to the blob folder");
        int r = store_body(x, file, ret_hash);
        (void)close(file);
        if (r != 0)
                (void)unlink(path);
        if (r == -EMSGSIZE)
                req_fail(&x->rq, TOO_LARGE, NULL, "200 MB");
        if (r != 0)
                req_fault(&x->rq, r, "upload broken off");
        return req_printf(&x->rq, "%s", name);
}

void import_post(Exchange *x, const Module *module)
{
        Cauce__ImportRequest in = CAUCE__IMPORT_REQUEST__INIT;
        uint8_t hash[crypto_hash_sha256_BYTES];
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
        Str type = http_header(x->http, "Content-Type");
        if (type.len < 8 || memcmp(type.p, "text/csv", 8) != 0)
                req_fail(&x->rq, MEDIA_TYPE, "Content-Type", "text/csv");
        in.blob = (char *)(uintptr_t)blob_store(x, hash);
        in.has_hash = true;
        in.hash = (ProtobufCBinaryData){sizeof hash, hash};
        x->rq.context.deadline = clock_realtime() + INT64_C(10000000);
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.import", module->service, module->name);
        reply_job(x, 202, module, req_ask(&x->rq, subject, req_pack(&x->rq, &in.base), true));
}

void import_job_get(Exchange *x, const Module *module)
{
        Cauce__JobRequest in = CAUCE__JOB_REQUEST__INIT;
        Uuid id = segment_id(x, 2);
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.job", module->service, module->name);

        in.has_id = true;
        in.id = (ProtobufCBinaryData){sizeof id, id.b};
        reply_job(x, 200, module, req_ask(&x->rq, subject, req_pack(&x->rq, &in.base), false));
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
