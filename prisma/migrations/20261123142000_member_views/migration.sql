-- How a member likes a screen of a project: which columns, how wide. One small document, so that a screen can remember more.
CREATE TABLE member_views (
  member_id  uuid NOT NULL,
  project_id uuid NOT NULL,
  screen     text NOT NULL,
  settings   jsonb NOT NULL,
  PRIMARY KEY (member_id, project_id, screen),
  CONSTRAINT member_views_member_id_fkey FOREIGN KEY (member_id) REFERENCES members (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT member_views_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX member_views_project_id_idx ON member_views (project_id);
