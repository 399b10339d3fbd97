-- What lets a person in besides the password: the second factor, one-time links and their mail, the first administrator's
-- code, the identity provider.

CREATE TABLE totp (
        person uuid PRIMARY KEY REFERENCES person,
        secret bytea NOT NULL,                  -- sealed: nonce and secretbox
        created_at timestamptz NOT NULL DEFAULT now(),
        confirmed_at timestamptz,
        last_step bigint NOT NULL DEFAULT 0     -- no code of this step, or of one before, is taken again
);

CREATE TABLE recovery_code (
        person uuid NOT NULL REFERENCES totp ON DELETE CASCADE,
        code_hash bytea NOT NULL,               -- keyed by the installation's secret
        used_at timestamptz,
        PRIMARY KEY (person, code_hash)
);

-- One a person and purpose: a new one takes the former's place.
CREATE TABLE link (
        person uuid NOT NULL REFERENCES person,
        purpose text NOT NULL CHECK (purpose IN ('invite', 'reset')),
        token_hash bytea NOT NULL,              -- SHA-256 of the token
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (person, purpose)
);
CREATE UNIQUE INDEX link_token ON link (token_hash);

-- Mail that has not gone out. No person: nobody has the address that was asked for; it is dropped when its turn comes.
CREATE TABLE mail_out (
        id uuid PRIMARY KEY,
        person uuid REFERENCES person,
        purpose text NOT NULL CHECK (purpose IN ('invite', 'reset')),
        lang text NOT NULL,                     -- where the person has chosen none
        token bytea,                            -- sealed; null = made when it is sent
        created_at timestamptz NOT NULL DEFAULT now(),
        tries int NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mail_out_due ON mail_out (due_at);

CREATE TABLE set_up (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        code_hash bytea NOT NULL,               -- SHA-256 of the code that stands in the log
        made_at timestamptz NOT NULL,
        person uuid NOT NULL                    -- the id of the administrator to be: two at once make one
);

CREATE TABLE oidc_state (
        state_hash bytea PRIMARY KEY,           -- SHA-256; what else belongs to it is derived from the state itself
        return_to text NOT NULL,
        expires_at timestamptz NOT NULL
);
CREATE INDEX oidc_state_expires ON oidc_state (expires_at);

CREATE TABLE oidc_link (
        issuer text NOT NULL,
        subject text NOT NULL,
        person uuid NOT NULL REFERENCES person,
        linked_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (issuer, subject),
        UNIQUE (issuer, person)
);

-- What the provider publishes: its configuration and its keys.
CREATE TABLE oidc_document (
        url text PRIMARY KEY,
        body text,                              -- null: never fetched yet
        fetched_at timestamptz,
        tried_at timestamptz NOT NULL
);
