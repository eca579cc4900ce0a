-- Members of before the upgrade count as having logged in. Neither statement rewrites the table.
ALTER TABLE members ADD COLUMN has_logged_in BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE members ALTER COLUMN has_logged_in SET DEFAULT false;
