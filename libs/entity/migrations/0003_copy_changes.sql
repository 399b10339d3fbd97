-- How many times a scan or an event changed a copy: whoever holds what was read from it sees that there is something new.
ALTER TABLE copy_state ADD COLUMN changes bigint NOT NULL DEFAULT 0;
