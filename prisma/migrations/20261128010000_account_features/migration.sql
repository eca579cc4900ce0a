-- The project's list of features that its accounts' numbers were computed from; '' for none.
ALTER TABLE account_sources ADD COLUMN features text NOT NULL DEFAULT '';
