-- What a segment is over: people, or accounts.
ALTER TABLE segments ADD COLUMN subject text NOT NULL DEFAULT 'people';
ALTER TABLE segments ADD CONSTRAINT segments_subject_check
  CHECK (subject = 'people' OR subject = 'accounts' AND rule IS NOT NULL);
