/* The W3C trace context of a call. */
#include <errno.h>
#include <string.h>

#include "base/context.h"
#include "base/random.h"

#define TRACE_LEN  32
#define SPAN_LEN   16
#define PARENT_LEN (3 + TRACE_LEN + 1 + SPAN_LEN + 3)

/* `len` random hexadecimal digits that are not all zero. */
static void random_hex(char *ret, size_t len)
{
        static const char digits[] = "0123456789abcdef";
        uint8_t bytes[TRACE_LEN / 2];

        random_fill(bytes, len / 2);
        bytes[0] |= 1;
        for (size_t i = 0; i < len; i++)
                ret[i] = digits[i % 2 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4];
        ret[len] = '\0';
}

void context_new_trace(CallContext *context)
{
        random_hex(context->trace, TRACE_LEN);
        random_hex(context->span, SPAN_LEN);
}

void context_traceparent(const CallContext *context, char ret[static 56])
{
        if (!context->trace[0] || !context->span[0]) {
                ret[0] = '\0';
                return;
        }
        memcpy(ret, "00-", 3);
        memcpy(ret + 3, context->trace, TRACE_LEN);
        ret[3 + TRACE_LEN] = '-';
        memcpy(ret + 4 + TRACE_LEN, context->span, SPAN_LEN);
        memcpy(ret + 4 + TRACE_LEN + SPAN_LEN, "-01", 4);
}

/* Lower-case hexadecimal digits; `ret_zero` says that all were '0'. */
static bool is_hex(const char *text, size_t len, bool *ret_zero)
{
        bool zero = true;

        for (size_t i = 0; i < len; i++) {
                if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f')))
                        return false;
                zero &= text[i] == '0';
        }
        *ret_zero = zero;
        return true;
}

int context_parse_traceparent(CallContext *context, Str header)
{
        bool version_zero = false, trace_zero = false, span_zero = false, flags_zero = false;
        const char *p = header.p;

        if (header.len < PARENT_LEN || p[2] != '-' || p[35] != '-' || p[52] != '-')
                return -EINVAL;
        if (!is_hex(p, 2, &version_zero) || !is_hex(p + 3, TRACE_LEN, &trace_zero) ||
                !is_hex(p + 36, SPAN_LEN, &span_zero) || !is_hex(p + 53, 2, &flags_zero))
                return -EINVAL;
        if (trace_zero || span_zero || (p[0] == 'f' && p[1] == 'f'))
                return -EINVAL;
        /* A later version may carry more behind a dash. */
        if (header.len > PARENT_LEN && (version_zero || p[PARENT_LEN] != '-'))
                return -EINVAL;
        memcpy(context->trace, p + 3, TRACE_LEN);
        context->trace[TRACE_LEN] = '\0';
        memcpy(context->span, p + 36, SPAN_LEN);
        context->span[SPAN_LEN] = '\0';
        return 0;
}
