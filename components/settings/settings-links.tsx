import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

const PAGES = [
  { path: "team", label: "Team" },
  { path: "alerts", label: "Alerts" },
  { path: "events", label: "Events" },
  { path: "features", label: "Features" },
  { path: "retention", label: "Retention" },
  { path: "privacy", label: "Privacy" },
  { path: "debugger", label: "Debugger" },
];

const PLAN = { path: "plan", label: "Plan" };
const ACCESS_LOG = { path: "access-log", label: "Access log" };
const DELETE = { path: "delete", label: "Move or delete" };

/** The pages below Settings. */
export function SettingsLinks(props: { projectId: string; isAdmin: boolean; showsPlan: boolean }) {
  const { projectId, isAdmin, showsPlan } = props;
  const pages = [...PAGES, ...(showsPlan ? [PLAN] : []), ...(isAdmin ? [ACCESS_LOG, DELETE] : [])];
  return pages.map(({ path, label }) => (
    <Button key={path} asChild variant="outline" size="sm">
      <Link href={`/${projectId}/settings/${path}`}>{label}</Link>
    </Button>
  ));
}
