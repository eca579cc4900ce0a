-- People erased before erasure knew of lists left their bare numbers on them.
DELETE FROM segment_members m
 WHERE NOT EXISTS (SELECT 1 FROM identities i WHERE i.project_id = m.project_id AND i.id = m.identity_id);
