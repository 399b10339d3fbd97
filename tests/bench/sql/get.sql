-- One lead by a unique key, all its columns.
\set n random(1, :last)
SELECT @columns@ FROM lead WHERE number = :n;
