-- Names the secret that signs self-service links, which is derived from it and AUTH_SECRET; null: switched off.
ALTER TABLE projects ADD COLUMN self_service uuid;
