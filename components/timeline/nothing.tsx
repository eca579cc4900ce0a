import { History, SearchX } from "lucide-react";
import Link from "next/link";
import { Empty } from "@/components/ui/empty";

/** In place of a timeline without rows. */
export function Nothing({ filtered, href }: { filtered: boolean; href: string }) {
  if (filtered) {
    return (
      <Empty icon={SearchX} title="No matches">
        <p>No events in this timeline match the filters.</p>
        <Link href={href} className="justify-self-center text-primary underline-offset-4 hover:underline">
          Show everything
        </Link>
      </Empty>
    );
  }
  return (
    <Empty icon={History} title="No events yet">
      <p>This user has properties, but no page views or events yet. They will appear here.</p>
    </Empty>
  );
}
