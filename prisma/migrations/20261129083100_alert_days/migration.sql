-- The day before which an alert on counts has judged all days: swept_at alone judges one twice after a change of the time
-- zone or of the server's clock (docs/decisions/0079-alerts.md).
ALTER TABLE alerts ADD COLUMN judged_on date;
SELECT make_masked_views();
