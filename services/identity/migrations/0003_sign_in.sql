-- Tries to guess a password, a code or a link, counted for each account and each address, known or not.
CREATE TABLE guess (
        id uuid PRIMARY KEY,                    -- 128 bits of the SHA-256 of what is counted
        tries integer NOT NULL,
        since timestamptz NOT NULL,             -- of the first of them
        wait_until timestamptz NOT NULL         -- refused before
);

-- Whatever came from one address.
CREATE INDEX access_log_address ON access_log (address, created_at, id) WHERE deleted_at IS NULL;
