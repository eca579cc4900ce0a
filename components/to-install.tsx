import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

/** From an empty screen to the snippet, or to a project with data. */
export const ToInstall = ({ projectId }: { projectId: string }) => (
  <div className="flex flex-wrap justify-center gap-2">
    <Button asChild>
      <Link href={`/${projectId}/setup`}>Install the snippet</Link>
    </Button>
    <Button asChild variant="outline">
      <Link href={`/${projectId}/setup#example`}>See an example</Link>
    </Button>
  </div>
);
