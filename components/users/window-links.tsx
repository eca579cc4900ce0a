import { listHref, type UserListState, WINDOW_DAYS } from "@/components/columns/list-url";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";

/** Chooses the time window of power users. */
export function WindowLinks({ path, state }: { path: string; state: UserListState }) {
  return (
    <nav aria-label="Window" className="inline-flex h-8 items-center rounded-md border border-input p-0.5">
      {WINDOW_DAYS.map((days) => (
        <Link
          key={days}
          href={listHref(path, { ...state, window: days, cursor: null })}
          prefetch={false}
          scroll={false}
          aria-current={days === state.window ? "true" : undefined}
          className={cn(
            "rounded-sm px-2 py-0.5 text-[13px] text-muted-foreground hover:text-foreground",
            days === state.window && "bg-muted font-medium text-foreground",
          )}
        >
          {days} days
        </Link>
      ))}
    </nav>
  );
}
