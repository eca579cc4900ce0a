import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";

export type RoleName = "owner" | "admin" | "member";

const LABELS: Record<RoleName, string> = { owner: "Owner", admin: "Admin", member: "Member" };

/** The roles somebody may give; an owner's only by owners. */
export function RoleSelect({ isOwner, className, ...props }: ComponentProps<"select"> & { isOwner: boolean }) {
  const given: RoleName[] = isOwner ? ["member", "admin", "owner"] : ["member", "admin"];
  return (
    <select
      name="role"
      className={cn("h-9 rounded-md border border-input bg-background px-2.5 text-base md:text-sm", className)}
      {...props}
    >
      {given.map((role) => (
        <option key={role} value={role}>
          {LABELS[role]}
        </option>
      ))}
    </select>
  );
}
