-- Messages that are older than their project keeps events are counted like the other refusals.
ALTER TABLE refusals
  DROP CONSTRAINT refusals_reason_known,
  ADD CONSTRAINT refusals_reason_known
    CHECK (reason IN ('gpc', 'dnt', 'opt_out', 'bot', 'not_stored', 'expired', 'erased', 'dropped'));
