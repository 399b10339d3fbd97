/* protoc-gen-cauce: a protoc plugin. Reads a CodeGeneratorRequest from standard input, writes a
 * CodeGeneratorResponse to standard output: C tables, prototypes, clients and draft DDL (README.md), or what
 * is wrong and where. */
#include <stdlib.h>

#include "model.h"
#include "util.h"

#define REQUEST_MAX (64u << 20)

static uint8_t *read_all(size_t *ret_len)
{
        uint8_t *data = NULL;
        size_t len = 0, cap = 0, n;

        do {
                if (len == cap) {
                        cap = cap ? 2 * cap : 1u << 16;
                        data = cap <= REQUEST_MAX ? realloc(data, cap) : NULL;
                        if (!data)
                                return NULL;
                }
                n = fread(data + len, 1, cap - len, stdin);
                len += n;
        } while (n > 0);
        *ret_len = len;
        return data;
}

static void generate(const Model *model)
{
        foreach_file (model, file) {
                if (!file->generate)
                        continue;
                emit_header(file);
                emit_tables(file);
                emit_client(file);
                foreach_message (file, message)
                        if (message->module)
                                emit_ddl(message);
        }
        emit_services(model);
        emit_registry(model);
}

static int answer(const char *error, const Output *files, unsigned n)
{
        Response response = GOOGLE__PROTOBUF__COMPILER__CODE_GENERATOR_RESPONSE__INIT;

        response.error = (char *)error;
        response.n_file = n;
        response.file = zalloc(n, sizeof *response.file);
        for (unsigned i = 0; i < n; i++) {
                response.file[i] = zalloc(1, sizeof **response.file);
                google__protobuf__compiler__code_generator_response__file__init(response.file[i]);
                response.file[i]->name = (char *)files[i].name;
                response.file[i]->content = files[i].content;
        }
        size_t len = google__protobuf__compiler__code_generator_response__get_packed_size(&response);
        uint8_t *packed = zalloc(len, 1);
        google__protobuf__compiler__code_generator_response__pack(&response, packed);
        if (fwrite(packed, 1, len, stdout) != len || fflush(stdout) != 0) {
                fputs("protoc-gen-cauce: cannot write the answer\n", stderr);
                return 1;
        }
        return 0;
}

int main(void)
{
        size_t len = 0;
        uint8_t *data = read_all(&len);
        Request *request =
                data ? google__protobuf__compiler__code_generator_request__unpack(NULL, len, data) : NULL;

        if (!request) {
                fputs("protoc-gen-cauce: standard input is not a CodeGeneratorRequest; protoc calls this program\n",
                        stderr);
                return 1;
        }
        Model model;
        unsigned n = 0;
        load(&model, request);
        check(&model);
        const char *error = problems();
        if (error)
                return answer(error, NULL, 0);
        generate(&model);
        error = problems();
        const Output *files = outputs(&n);
        return answer(error, error ? NULL : files, error ? 0 : n);
}
