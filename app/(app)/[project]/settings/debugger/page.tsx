import type { Metadata } from "next";
import Link from "next/link";
import { PageHeader } from "@/components/app/page-header";
import { Log } from "@/components/debugger/log";
import { Button } from "@/components/ui/button";
import { requireMember } from "@/lib/auth/guard";
import { glimpse } from "@/lib/debugger/ring";
import { readerZone } from "@/lib/http/zone";

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
      <Log projectId={project.id} initial={glimpse(scope)} zone={await readerZone()} />
    </>
  );
}
