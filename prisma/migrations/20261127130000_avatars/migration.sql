-- Whether pictures of people are shown; off, because an address that an app sends is fetched by whoever looks.
ALTER TABLE projects ADD COLUMN avatars boolean NOT NULL DEFAULT false;
