import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";

type WhoSwitchProps<Who extends string> = {
  who: Who;
  /** In display order, with their labels. */
  labels: Record<Who, string>;
  /** The same screen for another choice. */
  hrefOf: (who: Who) => string;
};

/** The subject of a screen: some kind of people, or accounts. */
export const WhoSwitch = <Who extends string>({ who, labels, hrefOf }: WhoSwitchProps<Who>) => (
  <nav aria-label="Whom to count" className="flex rounded-md border p-0.5">
    {(Object.keys(labels) as Who[]).map((one) => (
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
        {labels[one]}
      </Link>
    ))}
  </nav>
);

export const PEOPLE_OR_ACCOUNTS = { people: "People", accounts: "Accounts" } as const;
