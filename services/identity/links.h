#pragma once

#include "identity.h"

/* One-time links with which a person chooses a password, and the mail that carries them. */

typedef enum LinkPurpose { LINK_INVITE, LINK_RESET, LINK_PURPOSE_MAX } LinkPurpose;

/* Its name in the tables; LINK_PURPOSE_MAX for another text. */
const char *link_purpose_name(LinkPurpose purpose);
LinkPurpose link_purpose(Str name);
/* A new link, which ends the person's former one of this purpose: 128 random bits as base64url, in the arena;
 * their hash is what is stored. */
char *link_make(Req *rq, const Uuid *person, LinkPurpose purpose, int64_t *ret_expires_at);

/* Those of a person that are open are not any more. */
void links_end(Req *rq, const Uuid *person);

/* ---- mail (mail.c) ---- */

/* Mail goes out: CAUCE_SMTP, CAUCE_MAIL_FROM and CAUCE_PUBLIC_URL are set. */
bool mail_on(const Entity *entity);
/* Puts an invitation into the queue; its link is made already. A person's former one, still waiting, goes. */
void mail_queue_invite(Req *rq, const Uuid *person, const char *token);
/* A link for whoever has this address, if anybody has: found out, logged and made when its turn comes, so
 * that asking takes as long in either case. `address` of the client, as for the access log. */
void mail_queue_reset(Req *rq, const char *email, const char *address);
/* Checks the settings; false = they cannot be (logged). */
bool mail_check(Entity *entity);
/* Sends what is queued, in a task of its own, until the process ends. */
void mail_start(Entity *entity);

/* ---- a message (mail_text.c) ---- */

typedef struct Letter {
        const char *from, *to; /* addresses */
        Str message;           /* headers and body, ASCII, lines end in CRLF */
} Letter;

typedef struct LetterParts {
        LinkPurpose purpose;
        Str lang;              /* "es", "en"; another is Spanish */
        const char *name, *to; /* of the person */
        const char *from;      /* "Cauce <no-reply@acme.co>", or the address alone; one that is valid */
        const char *company, *url, *id; /* id: for Message-ID, without its domain */
        int64_t now;
} LetterParts;

/* All of it in the arena. */
Letter letter_make(Arena *arena, const LetterParts *parts);
/* The address within such a `from`; NULL = there is none, or it holds what a header may not. */
char *letter_address(Arena *arena, const char *from);
/* A text as a header's value: as it is when it is plain ASCII, else in RFC 2047's encoded words. */
const char *header_text(Arena *arena, Str text);

/* ---- the way out (smtp.c) ---- */

/* smtp://user:password@host:port or smtps://…: TLS from the first byte or by STARTTLS; without it to this
 * machine alone. */
bool smtp_url_valid(const char *url);
/* Sends it, blocking: on a helper thread. `ca`: file of certificates, "" = the system's. 0; the server's
 * answer; or -1 for a fault of the connection. `ret_error` says it in English. */
#define SMTP_ERROR 256
int smtp_send(const char *url, const char *ca, const Letter *letter, char ret_error[static SMTP_ERROR]);
