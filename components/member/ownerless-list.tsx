import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { pluralCount } from "@/lib/format/number";

type Ownerless = { id: string; name: string; projects: string[]; projectId: string | null };

/** Organizations that need another owner before their only one can leave, with the ways out. */
export function OwnerlessList({ organizations }: { organizations: Ownerless[] }) {
  return (
    <ul className="divide-y rounded-lg border">
      {organizations.map(({ id, name, projects, projectId }) => (
        <li key={id} className="flex flex-wrap items-center gap-3 px-3.5 py-2.5">
          <div className="min-w-0 flex-1 basis-48">
            <p className="break-words font-medium text-sm">{name}</p>
            <p className="break-words text-muted-foreground text-xs">
              {projectId === null
                ? "It has no project: create one to open its team."
                : `${pluralCount(projects.length, "project")}: ${projects.join(", ")}`}
            </p>
          </div>
          {projectId === null ? (
            <Button asChild variant="outline" size="sm">
              <Link href="/projects/new" prefetch={false}>
                New project
              </Link>
            </Button>
          ) : (
            <div className="flex flex-wrap gap-2">
              <Button asChild variant="outline" size="sm">
                <Link href={`/${projectId}/settings/team`} prefetch={false} aria-label={`Choose an owner of ${name}`}>
                  Choose an owner
                </Link>
              </Button>
              <Button asChild variant="ghost" size="sm">
                <Link href={`/${projectId}/settings/delete`} prefetch={false} aria-label={`Delete ${name}`}>
                  Delete it
                </Link>
              </Button>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
