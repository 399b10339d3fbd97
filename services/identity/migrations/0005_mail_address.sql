-- A forgotten password is looked into when its mail's turn comes: asking for it does the same for every address.
ALTER TABLE mail_out
        ADD COLUMN email text,                  -- as it was asked for; who has it is found out when it is sent
        ADD COLUMN address text;                -- of whoever asked
