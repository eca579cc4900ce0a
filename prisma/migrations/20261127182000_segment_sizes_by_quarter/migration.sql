-- A size was kept per UTC day, so no other zone's days could be read from it. Now per quarter of an hour it was counted in:
-- zones differ by quarters. A row of before is its day's newest count, as it was.
ALTER TABLE segment_sizes ADD COLUMN quarter timestamptz(0);
UPDATE segment_sizes SET quarter = date_bin('15 minutes', counted_at, 'epoch');
ALTER TABLE segment_sizes ALTER COLUMN quarter SET NOT NULL;
ALTER TABLE segment_sizes DROP CONSTRAINT segment_sizes_pkey;
ALTER TABLE segment_sizes ADD PRIMARY KEY (project_id, segment_id, quarter);
ALTER TABLE segment_sizes DROP COLUMN day;
