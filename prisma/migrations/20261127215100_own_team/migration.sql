-- Who is of the project's own team or a test: user ids or addresses, domains of addresses, "property=value".
ALTER TABLE projects
  ADD COLUMN internal_people     text[] NOT NULL DEFAULT '{}',
  ADD COLUMN internal_domains    text[] NOT NULL DEFAULT '{}',
  ADD COLUMN internal_properties text[] NOT NULL DEFAULT '{}';
ALTER TABLE account_sources ADD COLUMN internal text[] NOT NULL DEFAULT '{}';
