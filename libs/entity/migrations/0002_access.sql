-- Copies of identity's records that say who may see and do what (libs/entity/ACCESS.md). identity itself reads its own tables.
CREATE TABLE authz_copy (
        module text NOT NULL,               -- "identity.role"
        id uuid NOT NULL,
        version bigint NOT NULL,
        deleted boolean NOT NULL,
        record bytea NOT NULL,              -- the module's message, packed
        PRIMARY KEY (module, id)
);
