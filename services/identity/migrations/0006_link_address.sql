-- A link is good while its person has the address that it was made for.
ALTER TABLE link ADD COLUMN email text;
