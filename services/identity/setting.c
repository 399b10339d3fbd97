/* What people arranged for themselves, and administrators for everybody: owns table setting; answers
 * settings, save_setting. Values are JSON, which nobody reads here. */
#include <string.h>

#include "base/json.h"
#include "entity/access.h"
#include "identity.h"
#include "own.h"

#define SETTINGS_MAX 200 /* of a person, and of the company */

/* ---- reading ---- */

static Setting *setting_row(Req *rq, const PgRows *rows, int row)
{
        Setting *setting = arena_alloc(rq->arena, sizeof *setting);

        *setting = (Setting)SETTING_INIT;
        setting->key = arena_strndup(rq->arena, pg_text(rows, row, 0).p, pg_text(rows, row, 0).len);
        setting->value = arena_strndup(rq->arena, pg_text(rows, row, 1).p, pg_text(rows, row, 1).len);
        setting->has_company = setting->company = pg_bool(rows, row, 2);
        return setting;
}

void identity_settings(Req *rq, const SettingsRequest *in, SettingsReply *ret)
{
        static const char sql[] = "SELECT key, value, person IS NULL FROM setting "
                                  "WHERE person = $1 OR person IS NULL ORDER BY key, person";
        PgArgs *args = pg_args(rq->arena);

        (void)in;
        (void)pg_arg_uuid(args, &rq->context.user);
        const PgRows *rows = own_read(rq, sql, args);
        ret->settings = arena_array(rq->arena, (size_t)pg_rows(rows) + 1, sizeof *ret->settings);
        for (int row = 0; row < pg_rows(rows); row++)
                ret->settings[ret->n_settings++] = setting_row(rq, rows, row);
}

/* ---- saving ---- */

static bool is_key(const char *key)
{
        return key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.-")] == 0;
}

/* One JSON value, not deeper than any other of the API. */
static bool is_json(Req *rq, const char *text)
{
        JsonReader reader;

        json_init(&reader, rq->arena, str_of(text));
        return json_skip(&reader, json_next(&reader)) && json_next(&reader) == JSON_END;
}

static void check(Req *rq, const SaveSettingRequest *in)
{
        if (in->company)
                access_administrator(rq);
        if (!in->key || !in->key[0])
                req_note(rq, REQUIRED, "/key", NULL);
        else if (!is_key(in->key))
                req_note(rq, INVALID_FIELD, "/key", "a-z 0-9 _ . -");
        if (in->value && !is_json(rq, in->value))
                req_note(rq, INVALID_FIELD, "/value", "JSON");
        req_check(rq);
}

/* $1 = whose, null the company's. */
static PgArgs *args_of(Req *rq, const SaveSettingRequest *in)
{
        PgArgs *args = pg_args(rq->arena);

        if (in->company)
                (void)pg_arg_null(args, PG_UUID);
        else
                (void)pg_arg_uuid(args, &rq->context.user);
        (void)pg_arg_text(args, str_of(in->key));
        return args;
}

static void take_away(Req *rq, const SaveSettingRequest *in)
{
        static const char
                own[] = "DELETE FROM setting WHERE person = $1 AND key = $2",
                company[] = "DELETE FROM setting WHERE $1::uuid IS NULL AND person IS NULL AND key = $2";

        (void)own_write(rq, in->company ? company : own, args_of(rq, in), "setting", &rq->context.user);
}

/* One that is there already can be saved however many there are. */
#define SAVE(whose)                                                                                          \
        "INSERT INTO setting (person, key, value) SELECT $1, $2, $3 "                                        \
        "WHERE (SELECT count(*) FROM setting WHERE " whose " AND key <> $2) < $4 "                           \
        "ON CONFLICT (person, key) DO UPDATE SET value = excluded.value, saved_at = now() RETURNING key"

static void save(Req *rq, const SaveSettingRequest *in)
{
        static const char own[] = SAVE("person = $1"),
                          company[] = SAVE("$1::uuid IS NULL AND person IS NULL");
        PgArgs *args = args_of(rq, in);

        (void)pg_arg_text(args, str_of(in->value));
        (void)pg_arg_int8(args, SETTINGS_MAX);
        const PgRows *rows = own_write(rq, in->company ? company : own, args, "setting", &rq->context.user);
        if (pg_rows(rows) == 0)
                req_fail(rq, SETTINGS_FULL, "/key", req_printf(rq, "%d", SETTINGS_MAX));
}

void identity_save_setting(Req *rq, const SaveSettingRequest *in, SaveSettingReply *ret)
{
        (void)ret;
        check(rq, in);
        if (in->value)
                save(rq, in);
        else
                take_away(rq, in);
}
