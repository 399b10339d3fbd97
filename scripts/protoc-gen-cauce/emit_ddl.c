/* ddl. */
#include "model.h"
#include "util.h"
void emit_ddl(const Message *message)
{
        FILE *out = output(text("ddl/%s.%s.sql", message->file->service, message->module->name));
        fprintf(out, "--\n");
}
