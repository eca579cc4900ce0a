import { ChevronRight } from "lucide-react";
import { BackOfficeFrame } from "@/components/back-office-frame";
import { listHref } from "@/components/columns/list-url";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import type { FoundAccount } from "@/lib/accounts/list/search.queries";
import { pluralCount } from "@/lib/format/number";

type Found = FoundAccount & { href: string; projectName: string };

/** The same id or domain in several projects, or a domain of several accounts. */
export const ChooseAccount = ({ wanted, found }: { wanted: string; found: Found[] }) => (
  <BackOfficeFrame title={`Which “${wanted}”?`} text="More than one account matches.">
    <ul className="overflow-hidden rounded-lg border bg-background">
      {found.map(({ id, name, domain, people, href, projectName }) => (
        <li key={href} className="border-b last:border-b-0">
          <Link href={href} prefetch={false} className="flex items-center gap-3 px-4 py-3 hover:bg-muted/60">
            <Avatar name={name ?? id} company />
            <span className="grid min-w-0 flex-1">
              <span className="truncate font-medium text-sm">{name ?? id}</span>
              <span className="truncate text-muted-foreground text-xs">
                {[projectName, domain, pluralCount(people, "user")].filter(Boolean).join(" · ")}
              </span>
            </span>
            <ChevronRight aria-hidden="true" className="size-4 text-muted-foreground" />
          </Link>
        </li>
      ))}
    </ul>
  </BackOfficeFrame>
);

type NoAccountProps = { wanted: string; projects: { id: string; name: string }[] };

/** No match: explains the link format and offers a manual search. */
export const NoAccount = ({ wanted, projects }: NoAccountProps) => (
  <BackOfficeFrame
    title={wanted === "" ? "Which account are you looking for?" : `No account matches “${wanted}”`}
    text={
      wanted === ""
        ? "Link to /a?id=42 or /a?domain=acme.example from your back office to open that account."
        : "None of your projects has an account with exactly this id or domain. It may not have been seen yet, or use another one."
    }
  >
    <div className="grid gap-2">
      {projects.map(({ id, name }) => (
        <Button key={id} asChild variant="outline" className="justify-between">
          <Link href={listHref(`/${id}/accounts`, { search: wanted })}>
            {wanted === "" ? `Accounts of ${name}` : `Search the accounts of ${name}`}
            <ChevronRight aria-hidden="true" />
          </Link>
        </Button>
      ))}
    </div>
  </BackOfficeFrame>
);
