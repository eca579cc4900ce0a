"use client";

import {
  Building2,
  ChartNoAxesCombined,
  Code,
  Layers,
  LayoutDashboard,
  List,
  MousePointerClick,
  Settings,
  Users,
} from "lucide-react";
import { usePathname } from "next/navigation";
import { cn } from "@/components/ui/cn";
import { useIsGuest } from "@/components/ui/guest";
import { Link } from "@/components/ui/link";

const PAGES = [
  { path: "overview", label: "Overview", icon: LayoutDashboard },
  { path: "users", label: "Users", icon: Users },
  { path: "accounts", label: "Accounts", icon: Building2 },
  { path: "segments", label: "Segments", icon: Layers },
  { path: "insights", label: "Insights", icon: ChartNoAxesCombined },
  { path: "sessions", label: "Sessions", icon: List },
  { path: "events", label: "Events", icon: MousePointerClick },
  { path: "setup", label: "Install", icon: Code, ofMembers: true },
  { path: "settings", label: "Settings", icon: Settings, ofMembers: true },
];

export function Nav({ projectId }: { projectId: string }) {
  const pathname = usePathname();
  const isGuest = useIsGuest();
  return (
    <nav aria-label="Project" className="grid gap-0.5">
      {PAGES.filter(({ ofMembers }) => !(ofMembers && isGuest)).map(({ path, label, icon: Icon }) => {
        const href = `/${projectId}/${path}`;
        const current = pathname === href || pathname.startsWith(`${href}/`);
        return (
          <Link
            key={path}
            href={href}
            aria-current={current ? "page" : undefined}
            className={cn(
              "flex h-8 items-center gap-2.5 rounded-md px-2 text-sm transition-colors",
              current
                ? "bg-foreground/[0.07] font-medium text-foreground [&_svg]:text-primary"
                : "text-muted-foreground hover:bg-foreground/5 hover:text-foreground",
            )}
          >
            <Icon aria-hidden="true" className="size-4 shrink-0" />
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
