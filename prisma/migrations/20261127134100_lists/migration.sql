-- Lists as properties: values put in and taken out, one by one (docs/decisions/0045).
ALTER TABLE prop_ops DROP CONSTRAINT prop_ops_mode_known,
  ADD CONSTRAINT prop_ops_mode_known CHECK (mode IN ('set', 'set_once', 'increment', 'union', 'remove')) NOT VALID;
