-- What people arranged for themselves, and administrators for everybody: small JSON values by key.
CREATE TABLE setting (
        person uuid REFERENCES person,          -- null = the company's
        key text NOT NULL,
        value text NOT NULL,                    -- JSON, as it was sent
        saved_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE NULLS NOT DISTINCT (person, key)
);
