#pragma once

#include "entity/record.h"
#include "entity/runtime.h"
#include "identity.cauce.h"
#include "leads.cauce.h"

/* A company of any size whose every value follows from a seed: the same numbers give the same rows, and row i
 * is the same whichever table it is made for. Nothing here is stored: each table is a loop over i. */

#define BIG_USERS   300
#define BIG_NARROW  299 /* the user who sees BIG_FEW leads */
#define BIG_FEW     50
#define BIG_MIDDLES 20 /* users before that one, of about 1 % of the leads each */
#define BIG_CHANGES 6  /* of one lead, at most */

typedef struct Big {
        uint64_t seed;
        unsigned leads, tasks;
        int64_t from, until; /* µs: when the company began, and now */
        Uuid users[BIG_USERS];
} Big;

void big_init(Big *big, uint64_t seed, unsigned leads, int64_t until);

/* ---- rng.c ---- */
typedef struct Rng {
        uint64_t state;
} Rng;

/* A sequence of its own for each purpose and row. */
enum RngUse { RNG_USER = 1, RNG_BLOCK, RNG_LEAD, RNG_PARTY, RNG_CHANGE, RNG_TASK, RNG_CSV, RNG_PEOPLE };
Rng rng_of(const Big *big, enum RngUse use, uint64_t row);
uint64_t rng_next(Rng *rng);
unsigned rng_below(Rng *rng, unsigned n); /* 0 … n-1 */
unsigned rng_small(Rng *rng, unsigned n); /* the same, small ones far more often */
bool rng_percent(Rng *rng, unsigned percent);
Uuid rng_uuid(Rng *rng, int64_t at_us); /* version 7 */

typedef struct Weighted {
        const char *text; /* NULL = null */
        unsigned weight;
} Weighted;
const char *rng_weighted(Rng *rng, const Weighted *list, unsigned n);
#define PICK(rng, list)          ((list)[rng_below(rng, sizeof(list) / sizeof *(list))])
#define PICK_WEIGHTED(rng, list) rng_weighted(rng, list, sizeof(list) / sizeof *(list))

/* ---- names.c: in the arena, or of the program ---- */
char *name_person(Arena *arena, Rng *rng);
char *name_company(Arena *arena, Rng *rng, const char *town);
char *name_address(Arena *arena, Rng *rng);
char *name_email(Arena *arena, Rng *rng, const char *person, const char *company);
char *name_website(Arena *arena, Rng *rng, const char *company);
char *name_mobile(Arena *arena, Rng *rng);
char *name_phone(Arena *arena, Rng *rng, const char *city);
char *name_nit(Arena *arena, Rng *rng);
/* The same text as another clerk would have typed it. */
char *name_retyped(Arena *arena, Rng *rng, const char *text);
const char *name_city(Rng *rng); /* a DIVIPOLA code, by the size of the town */

/* ---- lead.c ---- */
/* Lead i as it was made, then each of its changes in order. */
typedef struct LeadStep {
        const Lead *before, *after; /* before = NULL: created */
        int type;                   /* cauce.EventType */
        int64_t at;
        Uuid actor;
        Rng rng; /* for what else the step needs */
} LeadStep;
typedef void (*LeadVisit)(void *arg, const LeadStep *step);
/* Stops after `steps` of them; `visit` may be NULL. Returns the lead as it is then. */
Lead *lead_make(Arena *arena, const Big *big, unsigned i, unsigned steps, LeadVisit visit, void *arg);
unsigned lead_steps(const Big *big, unsigned i);
Uuid lead_id(const Big *big, unsigned i);
int64_t lead_created_at(const Big *big, unsigned i);

/* ---- custom.c: the company's own fields ---- */
#define BIG_CUSTOM 20
extern const Field big_custom[BIG_CUSTOM];
void custom_fill(Arena *arena, Rng *rng, Lead *lead);
/* Gives one of them another value. */
void custom_change(Arena *arena, Rng *rng, Lead *lead);

/* ---- copy.c: rows in PostgreSQL's COPY BINARY, on standard output ---- */
void copy_begin(void);
void copy_row(const PgArgs *args);
void copy_end(void);
void copy_int2(PgArgs *args, int16_t value);
void copy_int4_array(PgArgs *args, const uint32_t *values, unsigned n);

/* ---- rows.c: one row of any module ---- */
void row_record(Arena *arena, const ModuleRuntime *module, const ProtobufCMessage *record);
/* Of the step: type, time, actor, dice. */
void row_event(Arena *arena, const ModuleRuntime *module, int64_t seq, const LeadStep *step,
        const ProtobufCMessage *before, const ProtobufCMessage *after);
void row_created(
        Arena *arena, const ModuleRuntime *module, int64_t seq, const ProtobufCMessage *record, Rng rng);
void row_ref(Arena *arena, const Module *module,
        const ProtobufCMessage *record); /* its label, as others keep it */

/* ---- people.c: the tree of roles, profiles, groups, sharing rules ---- */
/* Gives user i its role and profile. */
void people_place(Arena *arena, const Big *big, unsigned i, User *user);
void write_roles(const Big *big);
void write_profiles(const Big *big);
void write_groups(const Big *big);
void write_members(const Big *big);
void write_rules(const Big *big);
void write_people_events(const Big *big);

/* ---- users.c, tasks.c, tables.c ---- */
void write_users(const Big *big);
void write_user_events(const Big *big);
void write_user_refs(const Big *big);
void write_tasks(const Big *big);
void write_task_events(const Big *big);

typedef struct Table {
        const char *name;   /* "leads.event" */
        const char *target; /* of COPY, where that is another table: a partition */
        const Module *columns_of;
        const char *columns; /* with columns_of: further ones */
        bool appends;        /* to rows that are there; else the table is emptied first */
        void (*write)(const Big *big);
} Table;
extern const Table big_tables[];
extern const unsigned big_n_tables;
/* "id, version, …" of a module's table, without what the database fills. */
char *table_columns(Arena *arena, const Table *table);
/* The module with its columns, as libs/entity has it at run time. */
ModuleRuntime table_module(const Module *module);

/* ---- csv.c ---- */
/* In the shape of a lead-scoring export. */
void csv_write(const Big *big);
/* With the headers of our own fields. */
void csv_write_leads(const Big *big);
