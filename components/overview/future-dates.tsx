import { CalendarClock } from "lucide-react";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";

/** Empty state for future dates; `href`: the same screen for the last days. */
export function FutureDates({ href }: { href: string }) {
  return (
    <Empty icon={CalendarClock} title="These dates are in the future">
      <p>Nothing has happened on them yet.</p>
      <Link href={href} className="justify-self-center text-primary underline-offset-4 hover:underline">
        Show the last 30 days
      </Link>
    </Empty>
  );
}
