import type { UserRow } from "@/components/people/row";
import { Avatar } from "@/components/ui/avatar";
import { Link } from "@/components/ui/link";

/** The person or account of a row; j, k and Enter work on its link. */
export function RowHead({ row }: { row: UserRow }) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <span className="relative">
        <Avatar name={row.name} src={row.avatar} anonymous={row.anonymous} company={row.company === true} />
        {row.online && (
          <span className="absolute -right-0.5 -bottom-0.5 size-2.5 rounded-full border-2 border-background bg-online">
            <span className="sr-only">Online</span>
          </span>
        )}
      </span>
      <span className="grid min-w-0">
        <Link
          href={row.href}
          prefetch={false}
          data-row-link=""
          className={`truncate rounded-sm ${row.anonymous ? "text-muted-foreground" : "font-medium"}`}
        >
          {row.name}
        </Link>
        {row.detail && <span className="truncate text-muted-foreground text-xs">{row.detail}</span>}
        {row.anonymous && <span className="sr-only">, anonymous</span>}
      </span>
    </span>
  );
}
