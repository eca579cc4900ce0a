import Link from "next/link";
import { Button } from "@/components/ui/button";

const PAGES = [
  { path: "team", label: "Team" },
  { path: "alerts", label: "Alerts" },
  { path: "events", label: "Events" },
  { path: "features", label: "Features" },
  { path: "debugger", label: "Debugger" },
];

/** The pages below Settings. */
export function SettingsLinks({ projectId, isAdmin }: { projectId: string; isAdmin: boolean }) {
  const pages = isAdmin ? [...PAGES, { path: "delete", label: "Delete" }] : PAGES;
  return pages.map(({ path, label }) => (
    <Button key={path} asChild variant="outline" size="sm">
      <Link href={`/${projectId}/settings/${path}`}>{label}</Link>
    </Button>
  ));
}
