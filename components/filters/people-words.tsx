import { ErrorMessage } from "@/components/ui/error-message";
import { Link } from "@/components/ui/link";

type PeopleWordsProps = {
  /** The rows of the list: "Visits", "Events". */
  what: string;
  /** The filter in words; null without one. */
  words: string | null;
  problem: string | null;
  /** The list without this filter. */
  clearHref: string;
};

/** The people filter of a list, in words; renders nothing without one. */
export function PeopleWords({ what, words, problem, clearHref }: PeopleWordsProps) {
  if (problem !== null) {
    return (
      <div className="border-b px-4 py-2.5 sm:px-6">
        <ErrorMessage>{problem}</ErrorMessage>
      </div>
    );
  }
  if (words === null) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b bg-muted/40 px-4 py-2 text-[13px] sm:px-6">
      <p className="min-w-0 flex-1 basis-64 text-pretty">
        {what} of <span className="font-medium">{words}</span>
      </p>
      <Link
        href={clearHref}
        className="rounded-sm text-muted-foreground underline-offset-4 hover:text-foreground hover:underline"
      >
        Clear
      </Link>
    </div>
  );
}
