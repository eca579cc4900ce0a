-- Whether members need two factors to open an organization's projects, and whether a log-in proved two.
ALTER TABLE organizations ADD COLUMN demands_two_factor BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE log_ins ADD COLUMN two_factor BOOLEAN NOT NULL DEFAULT false;

-- A log-in that began while its member had a second factor asked for its code.
UPDATE log_ins l
   SET two_factor = true
 WHERE l.method = 'passkey'
    OR EXISTS (SELECT FROM second_factors f WHERE f.member_id = l.member_id AND f.confirmed_at <= l.created_at);
