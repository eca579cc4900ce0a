import Link from "next/link";
import { cn } from "@/components/ui/cn";
import { WHO, type Who } from "@/lib/lifecycle/weeks";

const LABELS: Record<Who, string> = { identified: "Identified", everybody: "Everybody", accounts: "Accounts" };

/** Whom a screen counts: identified people, everybody, or accounts. `hrefOf`: the same screen for another choice. */
export const WhoSwitch = ({ who, hrefOf }: { who: Who; hrefOf: (who: Who) => string }) => (
  <nav aria-label="Whom to count" className="flex rounded-md border p-0.5">
    {WHO.map((one) => (
      <Link
        key={one}
        href={hrefOf(one)}
        scroll={false}
        aria-current={one === who ? "true" : undefined}
        className={cn(
          "inline-flex h-6.5 items-center rounded-sm px-2 text-xs",
          one === who ? "bg-muted font-medium" : "text-muted-foreground hover:text-foreground",
        )}
      >
        {LABELS[one]}
      </Link>
    ))}
  </nav>
);
