import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { Log } from "@/components/debugger/log";
import { SetAside } from "@/components/debugger/set-aside";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { requireMember } from "@/lib/auth/guard";
import { listSetAside } from "@/lib/debugger/set-aside.queries";
import { readerZone } from "@/lib/http/zone";
import { debuggerView } from "@/lib/ingest/http/debugger-view";

export const metadata: Metadata = { title: "Debugger" };

export default async function DebuggerPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project } = await requireMember((await params).project);
  const [zone, initial, aside] = await Promise.all([
    readerZone(),
    debuggerView(scope, await headers()),
    listSetAside(scope),
  ]);
  return (
    <>
      <PageHeader
        title="Debugger"
        actions={
          <Button asChild variant="outline" size="sm">
            <Link href={`/${project.id}/settings`}>Settings</Link>
          </Button>
        }
      >
        Status of the last 500 messages, and why
      </PageHeader>
      <SetAside projectId={project.id} {...aside} zone={zone} />
      <Log projectId={project.id} initial={initial} zone={zone} />
    </>
  );
}
