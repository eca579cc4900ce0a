import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { PageHeader } from "@/components/app/page-header";
import { Log } from "@/components/debugger/log";
import { Button } from "@/components/ui/button";
import { requireMember } from "@/lib/auth/guard";
import { readerZone } from "@/lib/http/zone";
import { debuggerView } from "@/lib/ingest/debugger-view";

export const metadata: Metadata = { title: "Debugger" };

export default async function DebuggerPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project } = await requireMember((await params).project);
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
        What became of the last 500 messages, and why
      </PageHeader>
      <Log projectId={project.id} initial={await debuggerView(scope, await headers())} zone={await readerZone()} />
    </>
  );
}
