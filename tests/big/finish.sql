-- After the rows: numbers go on after the last one, followers are where the owners are, statistics are fresh.
SELECT setval(pg_get_serial_sequence('leads.lead', 'number'), (SELECT max(number) FROM leads.lead)),
        setval(pg_get_serial_sequence('leads.event', 'seq'), (SELECT max(seq) FROM leads.event)),
        setval(pg_get_serial_sequence('activities.task', 'number'), (SELECT max(number) FROM activities.task)),
        setval(pg_get_serial_sequence('activities.event', 'seq'), (SELECT max(seq) FROM activities.event)),
        setval(pg_get_serial_sequence('identity.person', 'number'), (SELECT max(number) FROM identity.person)),
        setval(pg_get_serial_sequence('identity.role', 'number'), (SELECT max(number) FROM identity.role)),
        setval(pg_get_serial_sequence('identity.profile', 'number'), (SELECT max(number) FROM identity.profile)),
        setval(pg_get_serial_sequence('identity.user_group', 'number'), (SELECT max(number) FROM identity.user_group)),
        setval(pg_get_serial_sequence('identity.member', 'number'), (SELECT max(number) FROM identity.member)),
        setval(pg_get_serial_sequence('identity.sharing_rule', 'number'), (SELECT max(number) FROM identity.sharing_rule)),
        setval(pg_get_serial_sequence('identity.event', 'seq'), (SELECT max(seq) FROM identity.event)),
        nextval('leads.meta_version');
TRUNCATE leads.outbox, activities.outbox, identity.outbox, leads.lease, activities.lease, identity.lease;

-- Those who were there before: the administrator.
INSERT INTO leads.ref_label (module, id, label, fold, owner, version)
SELECT 'identity.user', id, label, lower(label), owner, version FROM identity.person ON CONFLICT DO NOTHING;
INSERT INTO activities.ref_label (module, id, label, fold, owner, version)
SELECT 'identity.user', id, label, lower(label), owner, version FROM identity.person ON CONFLICT DO NOTHING;
-- Everybody signs in with the administrator's password.
INSERT INTO identity.credential (person, password_hash)
SELECT p.id, c.password_hash FROM identity.person p, identity.credential c ON CONFLICT DO NOTHING;

-- The copies of roles, profiles, groups and rules are scanned at the start, as anywhere.
DELETE FROM leads.consumer_state;
INSERT INTO leads.consumer_state (source, settled) SELECT 'identity', max(seq) FROM identity.event;
DELETE FROM activities.consumer_state;
INSERT INTO activities.consumer_state (source, settled)
SELECT 'identity', max(seq) FROM identity.event UNION ALL SELECT 'leads', max(seq) FROM leads.event;
DELETE FROM leads.copy_state;
INSERT INTO leads.copy_state (source, state) VALUES ('identity.user', 'following');
DELETE FROM activities.copy_state;
INSERT INTO activities.copy_state (source, state) VALUES ('identity.user', 'following'), ('leads.lead', 'following');
ANALYZE;
