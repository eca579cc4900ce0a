-- The one project that people without an account may read: the public demo.
ALTER TABLE projects ADD COLUMN open_to_guests boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX projects_open_to_guests_key ON projects (open_to_guests) WHERE open_to_guests;
