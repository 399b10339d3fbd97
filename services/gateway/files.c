/* GET /{path}/jobs/{id}/file: what was imported, as it came, or what was exported. Never shown in place. */
#include <sys/stat.h>

#include "disposition.h"
#include "entity.cauce.h"
#include "entity/sniff.h"
#include "entity/verbs.h"
#include "gateway.h"

void reply_attachment(Exchange *x, const char *name)
{
        http_set(x->http, "Content-Disposition", disposition_of(x->rq.arena, str_of(name)));
        http_replace(
                x->http, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
        http_set(x->http, "Cache-Control", "no-store");
}

void job_file_get(Exchange *x, const Module *module)
{
        Cauce__JobRequest in = CAUCE__JOB_REQUEST__INIT;
        Uuid id = segment_id(x, 2);
        struct stat st;

        in.has_id = true;
        in.id = (ProtobufCBinaryData){sizeof id, id.b};
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.job_file", module->service, module->name);
        Str packed = req_ask(&x->rq, subject, req_pack(&x->rq, &in.base), false);
        const Cauce__JobFileReply *file = req_unpack(&x->rq, &cauce__job_file_reply__descriptor, packed);
        if (!blob_valid(file->blob, module->service))
                req_fault(&x->rq, -1, "not a handle");
        const char *path = blob_path(x->rq.arena, x->gateway->blobs.folder, file->blob);
        if (stat(path, &st) != 0)
                req_fail(&x->rq, FILE_GONE, NULL, NULL);
        reply_attachment(x, file->filename ? file->filename : module->path);
        x->status = 200;
        const char *type =
                req_printf(&x->rq, "text/csv; charset=%s", encoding_names[encoding_of(file->encoding)]);
        if (http_file(x->http, 200, type, path) != 0)
                req_fail(&x->rq, FILE_GONE, NULL, NULL);
}
