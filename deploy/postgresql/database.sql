-- The database, once it is there: nobody may do anything in it but those who are named. Runs again unharmed.
SET client_min_messages = warning;
REVOKE ALL ON DATABASE cauce, postgres, template1 FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
