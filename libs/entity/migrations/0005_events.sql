-- What came of trying a parked event again, and those that a person has left out (replayed_at is then the time of that).
ALTER TABLE dead_letter ADD COLUMN tries int NOT NULL DEFAULT 0;
ALTER TABLE dead_letter ADD COLUMN tried_at timestamptz;
ALTER TABLE dead_letter ADD COLUMN dropped boolean NOT NULL DEFAULT false;
-- The API key that a job was made through: it does no more than that key may.
ALTER TABLE job ADD COLUMN key uuid;
