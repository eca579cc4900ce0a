import type { ReactNode } from "react";
import { InsightTabs } from "@/components/insights/tabs";
import { PageHeader } from "@/components/ui/page-header";
import { requireMemberOrGuest } from "@/lib/auth/guard";

type Props = { params: Promise<{ project: string }>; children: ReactNode };

export default async function InsightsLayout({ children, params }: Props) {
  const { project } = await requireMemberOrGuest((await params).project);
  return (
    <>
      <PageHeader title="Insights" />
      <InsightTabs projectId={project.id} />
      {children}
    </>
  );
}
