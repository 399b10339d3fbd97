-- cauce: no transaction
-- What grouped views are counted by holds whose the records are: nobody's count reads the table.
CREATE INDEX CONCURRENTLY IF NOT EXISTS lead_by_stage ON lead (stage, created_at, id) INCLUDE (owner, assigned_to) WHERE deleted_at IS NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS lead_by_source ON lead (source, created_at, id) INCLUDE (owner, assigned_to) WHERE deleted_at IS NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS lead_by_prospecting_area ON lead (prospecting_area, created_at, id) INCLUDE (owner, assigned_to) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS lead_stage;
DROP INDEX CONCURRENTLY IF EXISTS lead_source;
DROP INDEX CONCURRENTLY IF EXISTS lead_prospecting_area;
