-- Which event a visit's context is of: the first that knows a page, whatever came before it. Null in rows of before: then it is
-- the visit's first event (started_at, started_id).
ALTER TABLE sessions ADD COLUMN context_at timestamptz(3), ADD COLUMN context_id uuid;
