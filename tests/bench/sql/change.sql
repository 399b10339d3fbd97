-- Two fields of a lead, the event and the outbox row, in one pipeline.
\set n random(:first, :last)
\set score random(0, 1000000)
\startpipeline
BEGIN;
UPDATE lead SET score = :score, stage = 'offer', version = version + 1, updated_at = now(), updated_by = owner
WHERE number = :n AND deleted_at IS NULL;
INSERT INTO bench.event (event_id, module, record, version, type, at, actor, trace, changed, before, after)
SELECT gen_random_uuid(), 'lead', id, version, 2, now(), owner, '0123456789abcdef0123456789abcdef', '{27,29}',
        ('{"score": 7, "stage": "identify", "x": ' || :score::text || '}')::jsonb,
        ('{"score": ' || :score::text || ', "stage": "offer"}')::jsonb || jsonb_build_object('label', label)
FROM lead WHERE number = :n;
INSERT INTO bench.outbox (seq) VALUES (currval('bench.event_seq_seq'));
COMMIT;
\endpipeline
