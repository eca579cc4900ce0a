import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";
import type { Role } from "@/lib/permissions";

export const ROLE_LABELS: Record<Role, string> = {
  owner: "Owner",
  admin: "Admin",
  editor: "Editor",
  viewer: "Viewer",
};

const LOOK = "h-9 rounded-md border border-input bg-background px-2.5 text-base md:text-sm";

/** The roles somebody may grant; only owners can grant ownership. */
export function RoleSelect({ isOwner, className, ...props }: ComponentProps<"select"> & { isOwner: boolean }) {
  const grantable: Role[] = ["viewer", "editor", "admin", ...(isOwner ? (["owner"] as const) : [])];
  return (
    <select name="role" className={cn(LOOK, className)} {...props}>
      {grantable.map((role) => (
        <option key={role} value={role}>
          {ROLE_LABELS[role]}
        </option>
      ))}
    </select>
  );
}

/** The role in one project; "" means the role in the organization. */
export function ProjectRoleSelect({ role, className, ...props }: ComponentProps<"select"> & { role: Role }) {
  return (
    <select name="role" className={cn(LOOK, className)} {...props}>
      <option value="">{ROLE_LABELS[role]}, as in the organization</option>
      <option value="none">No access</option>
      <option value="viewer">Viewer</option>
      <option value="editor">Editor</option>
      <option value="admin">Admin</option>
    </select>
  );
}
