import type { LucideIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";

/** Empty state of lists in a project that has received nothing. */
export function NothingYet({ icon, projectId, what }: { icon: LucideIcon; projectId: string; what: string }) {
  return (
    <Empty icon={icon} title={`No ${what} yet`}>
      <p>Paste the snippet into your site and open it in another tab: the first {what} is here within seconds.</p>
      <Button asChild className="justify-self-center">
        <Link href={`/${projectId}/setup`}>Install the snippet</Link>
      </Button>
    </Empty>
  );
}
