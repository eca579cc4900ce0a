"use client";

import { ChevronsUpDown } from "lucide-react";
import { lazy } from "react";
import { Avatar } from "@/components/ui/avatar";
import { LazyMenu } from "@/components/ui/lazy-menu";

const load = () => import("@/components/app/account-menu");
const AccountMenu = lazy(load);

/** The logged-in member; opens a menu with the theme and log-out. */
export function MemberMenu({
  member,
  logOut,
}: {
  member: { name: string; email: string };
  logOut: () => Promise<void>;
}) {
  const trigger = {
    className: "flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left text-sm hover:bg-foreground/5",
    children: (
      <>
        <Avatar name={member.name} className="size-6" />
        <span className="sr-only">Account menu of </span>
        <span className="truncate">{member.name}</span>
        <ChevronsUpDown aria-hidden="true" className="ml-auto size-3.5 shrink-0 text-muted-foreground" />
      </>
    ),
  };
  return (
    <LazyMenu trigger={trigger} load={load}>
      <AccountMenu email={member.email} logOut={logOut} trigger={trigger} />
    </LazyMenu>
  );
}
