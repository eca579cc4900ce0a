-- Segments whose members are left out of every count, by id.
ALTER TABLE projects ADD COLUMN internal_segments text[] NOT NULL DEFAULT '{}';
