-- What the project's form asks besides its name; of no meaning for somebody who was invited.
ALTER TABLE sign_ups
  ADD COLUMN domain text,
  ADD COLUMN recognition text NOT NULL DEFAULT 'device';
