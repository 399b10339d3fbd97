-- A lead, its event and its outbox row, with the data of one of a thousand samples; @begin@ and @end@ make it one
-- pipeline or a plain transaction.
\set n random(1, 1000)
\set k :k + 1
\set key :k * 256 + :client_id
@begin@
BEGIN;
INSERT INTO lead (id, version, created_at, created_by, updated_at, updated_by, owner, custom, @columns@, fold)
SELECT ('01a3' || lpad(to_hex(:key::bigint), 28, '0'))::uuid, 1, now(), owner, now(), owner, owner, custom_text::jsonb, @columns@, fold
FROM bench.sample WHERE n = :n;
INSERT INTO bench.event (event_id, module, record, version, type, at, actor, trace, changed, after)
SELECT gen_random_uuid(), 'lead', ('01a3' || lpad(to_hex(:key::bigint), 28, '0'))::uuid, 1, 1, now(), owner,
        '0123456789abcdef0123456789abcdef', changed, after_text::jsonb
FROM bench.sample WHERE n = :n;
INSERT INTO bench.outbox (seq) VALUES (currval('bench.event_seq_seq'));
COMMIT;
@end@
