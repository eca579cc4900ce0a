-- Webhook events of the payment provider that were handled.
CREATE TABLE payment_events (
  id         text PRIMARY KEY,
  handled_at timestamptz(3) NOT NULL
);
CREATE INDEX payment_events_handled_idx ON payment_events (handled_at);
