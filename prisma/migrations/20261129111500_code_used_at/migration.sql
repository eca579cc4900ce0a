-- When a code of the second factor was last accepted, to tell a double click from a second use.
ALTER TABLE second_factors ADD COLUMN used_at timestamptz(3);
