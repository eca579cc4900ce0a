-- Accounts that are left out of every count with everybody in them, by id.
ALTER TABLE projects ADD COLUMN internal_accounts text[] NOT NULL DEFAULT '{}';
