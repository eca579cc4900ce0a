import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { PageHeader } from "@/components/ui/page-header";

type SettingsHeaderProps = { projectId: string; title: string; children?: ReactNode; actions?: ReactNode };

/** The header of a page below Settings, with the way back. */
export function SettingsHeader({ projectId, title, children, actions }: SettingsHeaderProps) {
  return (
    <PageHeader
      title={title}
      actions={
        <>
          <Button asChild variant="outline" size="sm">
            <Link href={`/${projectId}/settings`}>Settings</Link>
          </Button>
          {actions}
        </>
      }
    >
      {children}
    </PageHeader>
  );
}
