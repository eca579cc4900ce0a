import { ChevronRight } from "lucide-react";
import { BackOfficeFrame } from "@/components/back-office-frame";
import { listHref } from "@/components/columns/list-url";
import type { UserRow } from "@/components/people/row";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

export type FoundElsewhere = UserRow & { projectName: string };

/** The same person or e-mail in several projects. */
export function ChooseUser({ wanted, found }: { wanted: string; found: FoundElsewhere[] }) {
  return (
    <BackOfficeFrame title={`Which “${wanted}”?`} text="More than one user matches.">
      <ul className="overflow-hidden rounded-lg border bg-background">
        {found.map((person) => (
          <li key={person.href} className="border-b last:border-b-0">
            <Link href={person.href} prefetch={false} className="flex items-center gap-3 px-4 py-3 hover:bg-muted/60">
              <Avatar name={person.name} src={person.avatar} anonymous={person.anonymous} />
              <span className="grid min-w-0 flex-1">
                <span className="truncate font-medium text-sm">{person.name}</span>
                <span className="truncate text-muted-foreground text-xs">
                  {[person.projectName, person.detail].filter(Boolean).join(" · ")}
                </span>
              </span>
              <ChevronRight aria-hidden="true" className="size-4 text-muted-foreground" />
            </Link>
          </li>
        ))}
      </ul>
    </BackOfficeFrame>
  );
}

type NobodyProps = { wanted: string; projects: { id: string; name: string }[] };

/** No match: explains the link format and offers a manual search. */
export function NoUser({ wanted, projects }: NobodyProps) {
  return (
    <BackOfficeFrame
      title={wanted === "" ? "Who are you looking for?" : `No user matches “${wanted}”`}
      text={
        wanted === ""
          ? "Link to /u?email=ada@example.com or /u?id=42 from your back office to open that user."
          : "None of your projects has a user with exactly this e-mail or id. They may not have been seen yet, or use another one."
      }
    >
      <div className="grid gap-2">
        {projects.map(({ id, name }) => (
          <Button key={id} asChild variant="outline" className="justify-between">
            <Link href={listHref(`/${id}/users`, { search: wanted })}>
              {wanted === "" ? `Users of ${name}` : `Search the users of ${name}`}
              <ChevronRight aria-hidden="true" />
            </Link>
          </Button>
        ))}
      </div>
    </BackOfficeFrame>
  );
}
