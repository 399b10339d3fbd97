-- Jobs that a person has stopped, and the file that a job has made.
ALTER TABLE job DROP CONSTRAINT job_state_check;
ALTER TABLE job ADD CONSTRAINT job_state_check CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled'));
ALTER TABLE job ADD COLUMN blob text;
CREATE INDEX job_blob ON job ((coalesce(blob, spec ->> 'blob'))) WHERE coalesce(blob, spec ->> 'blob') IS NOT NULL;
