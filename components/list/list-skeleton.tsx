import { Skeleton } from "@/components/ui/skeleton";

const ROWS = ["w-32", "w-40", "w-28", "w-36", "w-44", "w-32", "w-40", "w-28", "w-36", "w-32", "w-40", "w-44"];

/** As tall as the list, so nothing jumps. */
export function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      {ROWS.map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div key={index} className="flex h-[49px] items-center gap-2.5 border-b px-4 sm:px-6">
          <Skeleton className="size-7 rounded-full" />
          <Skeleton className={`h-3.5 ${width}`} />
          <Skeleton className="ml-auto h-3.5 w-20" />
          <Skeleton className="hidden h-3.5 w-10 sm:block" />
          <Skeleton className="hidden h-3.5 w-10 sm:block" />
          <Skeleton className="hidden h-3.5 w-24 lg:block" />
        </div>
      ))}
    </div>
  );
}
