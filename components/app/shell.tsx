import type { ReactNode } from "react";
import { GuestMenu } from "@/components/app/guest-menu";
import { MemberMenu } from "@/components/app/member-menu";
import { MobileNav } from "@/components/app/mobile-nav";
import { Nav } from "@/components/app/nav";
import { ProjectSwitcher } from "@/components/app/project-switcher";
import { Logo } from "@/components/logo";
import { PaletteButton, PaletteIcon } from "@/components/palette/palette-button";
import { PaletteHost } from "@/components/palette/palette-host";
import { Link } from "@/components/ui/link";

export type ShellProps = {
  /** null: a guest. */
  member: { name: string; email: string } | null;
  projectId: string;
  projects: { id: string; name: string; organizationName: string }[];
  logOut: () => Promise<void>;
  /** Above every page. */
  notice?: ReactNode;
  children: ReactNode;
};

/** The layout around every page of a project: a sidebar on large screens, a bar with a menu on small ones. */
export function Shell({ member, projectId, projects, logOut, notice, children }: ShellProps) {
  const navigation = (
    <>
      {member ? (
        <ProjectSwitcher projects={projects} current={projectId} />
      ) : (
        <p className="truncate px-2 py-1.5 font-medium text-sm">{projects[0]?.name}</p>
      )}
      <PaletteButton />
      <Nav projectId={projectId} />
      <div className="mt-auto">{member ? <MemberMenu member={member} logOut={logOut} /> : <GuestMenu />}</div>
    </>
  );
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[14.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-primary px-3 py-2 text-primary-foreground text-sm focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col gap-4 border-r bg-sidebar p-3 lg:flex">
        <Link href={`/${projectId}/users`} className="mx-2 mt-1.5 inline-flex w-fit rounded-sm text-[15px]">
          <Logo />
        </Link>
        {navigation}
      </aside>
      <header className="sticky top-0 z-30 flex h-13 items-center justify-between border-b bg-sidebar px-4 lg:hidden">
        <Link href={`/${projectId}/users`} className="inline-flex rounded-sm text-[15px]">
          <Logo />
        </Link>
        <div className="flex gap-1">
          <PaletteIcon />
          <MobileNav>{navigation}</MobileNav>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="min-w-0 outline-none">
        {notice}
        {children}
      </main>
      <PaletteHost projectId={projectId} projects={projects} logOut={logOut} />
    </div>
  );
}
