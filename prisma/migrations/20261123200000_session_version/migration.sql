-- Log-ins carry the number that stood here when they began; a new password counts it up, which ends all that began before.
ALTER TABLE members ADD COLUMN session_version integer NOT NULL DEFAULT 0;
