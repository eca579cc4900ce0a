import { Bell } from "lucide-react";
import { queryString } from "@/components/search-params";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

type AlertMeProps = { projectId: string; about: { on: string; who?: string; segment?: string } };

/** Opens a new alert with its trigger filled in, which components/settings/alerts/prefilled.ts reads. */
export const AlertMe = ({ projectId, about }: AlertMeProps) => (
  <Button asChild variant="outline" size="sm">
    <Link href={`/${projectId}/settings/alerts/new${queryString(about)}`}>
      <Bell aria-hidden="true" />
      <span className="max-md:sr-only">Alert me</span>
    </Link>
  </Button>
);
