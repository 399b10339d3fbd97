-- A bulk request has one key and many effects: its parts count from 1, what has one effect is part 0.
ALTER TABLE idem ADD COLUMN part int NOT NULL DEFAULT 0;
ALTER TABLE idem DROP CONSTRAINT idem_pkey;
ALTER TABLE idem ADD PRIMARY KEY (principal, key, part);
-- Which record a job could not change.
ALTER TABLE job_reject ADD COLUMN record uuid;
