import { Pause } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { requireMember } from "@/lib/auth/guard";
import { entitlementOf } from "@/lib/plans/entitlements.store";
import { isReadingPaused } from "@/lib/plans/plans";

export const metadata: Metadata = { title: "Reading is paused" };

export default async function PausedPage({ params }: { params: Promise<{ project: string }> }) {
  const { project, organizationId, teamRole } = await requireMember((await params).project);
  const now = Date.now();
  const plan = await entitlementOf(organizationId, now);
  if (!plan || !isReadingPaused(plan.state, now)) redirect(`/${project.id}/users`);
  return (
    <Empty icon={Pause} title="Reading is paused">
      <p>
        This organization has no plan at the moment. Nothing is lost: events are still stored, and you can read
        everything again once there is a plan.
      </p>
      <p>Settings, downloads, and exporting or erasing a person still work. Use search to find the person.</p>
      <div className="flex flex-wrap justify-center gap-2">
        {teamRole === "owner" ? (
          <Button asChild>
            <Link href={`/${project.id}/settings/plan`}>Choose a plan</Link>
          </Button>
        ) : (
          <p>Ask an owner of the organization to choose a plan.</p>
        )}
        <Button asChild variant="outline">
          <a href={`/${project.id}/users/export`}>Download all users</a>
        </Button>
      </div>
    </Empty>
  );
}
