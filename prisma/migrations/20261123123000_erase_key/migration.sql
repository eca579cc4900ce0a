-- The key under which a project's tombstones are made: separate from every secret that can be rotated,
-- because a tombstone must still match years later. 244 random bits.
ALTER TABLE projects ADD COLUMN erase_key text NOT NULL DEFAULT (gen_random_uuid()::text || gen_random_uuid()::text);
