-- A member becomes an editor; an admin or owner stays one. A viewer changes nothing.
ALTER TABLE memberships DROP CONSTRAINT memberships_role_known;
UPDATE memberships SET role = 'editor' WHERE role = 'member';
ALTER TABLE memberships ADD CONSTRAINT memberships_role_known CHECK (role IN ('owner', 'admin', 'editor', 'viewer'));

ALTER TABLE invitations DROP CONSTRAINT invitations_role_check;
UPDATE invitations SET role = 'editor' WHERE role = 'member';
ALTER TABLE invitations ADD CONSTRAINT invitations_role_known CHECK (role IN ('owner', 'admin', 'editor', 'viewer'));

-- A member's role in one project, in place of the one in the organization; 'none': no access.
CREATE TABLE project_roles (
  project_id      uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE ON UPDATE CASCADE,
  member_id       uuid NOT NULL,
  organization_id uuid NOT NULL,
  role            text NOT NULL CONSTRAINT project_roles_role_known CHECK (role IN ('admin', 'editor', 'viewer', 'none')),
  PRIMARY KEY (project_id, member_id),
  -- Who leaves the organization loses them.
  CONSTRAINT project_roles_membership_fkey FOREIGN KEY (organization_id, member_id)
    REFERENCES memberships (organization_id, member_id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX project_roles_membership_idx ON project_roles (organization_id, member_id);
