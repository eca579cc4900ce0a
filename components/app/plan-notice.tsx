import { Info } from "lucide-react";
import { Link } from "@/components/ui/link";

/** The notice about the plan that owners and admins see above every page. `href`: where an owner changes it. */
export function PlanNotice({ text, href }: { text: string; href: string | null }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b bg-accent px-4 py-2 text-accent-foreground text-sm sm:px-6">
      <Info aria-hidden="true" className="size-4 shrink-0" />
      <span className="min-w-0 flex-1 text-pretty">{text}</span>
      {href ? (
        <Link href={href} className="rounded-sm font-medium underline underline-offset-2">
          See plan
        </Link>
      ) : (
        <span>An owner can change the plan.</span>
      )}
    </p>
  );
}
