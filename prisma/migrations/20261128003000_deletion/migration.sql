-- When a deleted project or organization is erased for good; null: it is in use.
ALTER TABLE projects ADD COLUMN erase_at timestamptz(3);
ALTER TABLE organizations ADD COLUMN erase_at timestamptz(3);
