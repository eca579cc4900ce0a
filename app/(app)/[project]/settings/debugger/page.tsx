import type { Metadata } from "next";
import { headers } from "next/headers";
import { MessageLog } from "@/components/debugger/message-log";
import { SetAsideItems } from "@/components/debugger/set-aside";
import { SettingsHeader } from "@/components/settings/settings-header";
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
      <SettingsHeader projectId={project.id} title="Debugger">
        The last 500 messages, each with its status and the reason
      </SettingsHeader>
      <SetAsideItems projectId={project.id} {...aside} zone={zone} />
      <MessageLog projectId={project.id} initial={initial} zone={zone} />
    </>
  );
}
