-- One row per log-in that has not ended: the cookie names it, and a cookie without a row opens nothing.
CREATE TABLE log_ins (
    id uuid PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES members (id) ON DELETE CASCADE ON UPDATE CASCADE,
    -- The member's session_version when it began; a new password counts that up and so ends the log-in.
    session_version integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    -- Never moved: a log-in has an absolute life.
    expires_at timestamptz(3) NOT NULL,
    -- To the day, in UTC, so that using it writes once a day.
    last_used_on date NOT NULL,
    -- "Chrome 141 on Windows"; neither the user agent nor the address is kept.
    device text NOT NULL
);

CREATE INDEX log_ins_member_id_idx ON log_ins (member_id);
CREATE INDEX log_ins_expires_at_idx ON log_ins (expires_at);
