-- One service: its schema, the role that owns it (migrations, maintenance) and the one its daemon signs in with
-- (reads and writes rows, no DDL). Variables: service, password, owner_password. Runs again unharmed.
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I', role)
FROM unnest(ARRAY[:'service' || '_owner', :'service']) role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

\set owner :service _owner
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE :"service" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
ALTER ROLE :"owner" SET search_path = :"service", public;
ALTER ROLE :"service" SET search_path = :"service", public;
GRANT CONNECT ON DATABASE cauce TO :"owner", :"service";
GRANT USAGE ON SCHEMA public TO :"owner", :"service";

CREATE SCHEMA IF NOT EXISTS :"service" AUTHORIZATION :"owner";
REVOKE ALL ON SCHEMA :"service" FROM PUBLIC;
GRANT USAGE ON SCHEMA :"service" TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"service"
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"service"
        GRANT USAGE, SELECT ON SEQUENCES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"service"
        GRANT EXECUTE ON FUNCTIONS TO :"service";
