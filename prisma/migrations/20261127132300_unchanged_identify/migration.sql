-- An identify that said what was known already, as pages do on every load: kept as evidence and activity, but no row of a timeline.
ALTER TABLE events ADD COLUMN unchanged boolean NOT NULL DEFAULT false;
