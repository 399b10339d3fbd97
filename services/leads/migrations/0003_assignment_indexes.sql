-- cauce: no transaction
-- What the assigner looks for: small beside the table, which may be large by now.
CREATE INDEX CONCURRENTLY IF NOT EXISTS lead_waiting ON lead (created_at, id) WHERE deleted_at IS NULL AND assignment = 'waiting';
CREATE INDEX CONCURRENTLY IF NOT EXISTS lead_queued ON lead (assigned_group, created_at, id) WHERE deleted_at IS NULL AND assignment = 'queued';
