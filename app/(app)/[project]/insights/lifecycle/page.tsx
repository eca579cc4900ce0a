import { Activity } from "lucide-react";
import type { Metadata } from "next";
import { NothingYet } from "@/components/app/nothing-yet";
import { Recency, type Recent } from "@/components/insights/recency";
import { userListHref } from "@/components/people/list-state";
import { requireMember } from "@/lib/auth/guard";
import { countPeople } from "@/lib/profiles/list/list.queries";
import { compileRule } from "@/lib/segments/compiled.queries";
import type { Rule } from "@/lib/segments/rule";
import { encodeRule } from "@/lib/segments/url";
import { newestEvent } from "@/lib/timeline/recent-events.queries";

export const metadata: Metadata = { title: "Lifecycle" };

const lastSeen = (is: "inLast" | "notInLast", days: number) => ({ kind: "time", field: "lastSeen", is, days }) as const;

const GROUPS: { label: string; rule: Rule }[] = [
  { label: "Seen in the last 7 days", rule: { kind: "and", of: [lastSeen("inLast", 7)] } },
  { label: "8 to 30 days ago", rule: { kind: "and", of: [lastSeen("notInLast", 7), lastSeen("inLast", 30)] } },
  { label: "31 to 90 days ago", rule: { kind: "and", of: [lastSeen("notInLast", 30), lastSeen("inLast", 90)] } },
  { label: "Longer ago", rule: { kind: "and", of: [lastSeen("notInLast", 90)] } },
];

export default async function LifecyclePage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project } = await requireMember((await params).project);
  if ((await newestEvent(scope)) === null) return <NothingYet icon={Activity} projectId={project.id} what="event" />;
  const groups: Recent[] = [];
  for (const { label, rule } of GROUPS) {
    const total = await countPeople(scope, { tab: "identified", filter: await compileRule(scope, rule) });
    const href = userListHref(`/${project.id}/users`, { tab: "identified", filter: encodeRule(rule) });
    groups.push({ label, total, href });
  }
  return <Recency groups={groups} />;
}
