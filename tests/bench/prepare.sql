-- What the references work with: samples of leads to insert, events and an outbox that no relay looks at.
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.event (LIKE leads.event INCLUDING ALL) PARTITION BY RANGE (seq);
CREATE TABLE bench.event_0 PARTITION OF bench.event FOR VALUES FROM (MINVALUE) TO (50000000);
CREATE TABLE bench.event_default PARTITION OF bench.event DEFAULT;
CREATE TABLE bench.outbox (LIKE leads.outbox INCLUDING ALL);
CREATE TABLE bench.sample AS
SELECT row_number() OVER (ORDER BY l.number)::int AS n, l.owner, l.custom::text AS custom_text, l.name, l.company, l.id_type, l.tax_id,
        l.typology, l.activity_sector, l.status, l.stage, l.priority, l.score, l.email, l.phone, l.mobile, l.website, l.city, l.address,
        l.interest_area, l.interest_detail, l.source, l.social_network, l.campaign, l.referrer, l.prospecting_area, l.handling_area,
        l.fold, e.after::text AS after_text, e.changed
FROM leads.lead l JOIN leads.event e ON e.record = l.id AND e.type = 1
WHERE l.deleted_at IS NULL AND l.number BETWEEN (SELECT max(number) / 2 FROM leads.lead) AND (SELECT max(number) / 2 + 1100 FROM leads.lead)
LIMIT 1000;
ALTER TABLE bench.sample ADD PRIMARY KEY (n);
ANALYZE bench.sample;
