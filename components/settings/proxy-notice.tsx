import { TriangleAlert } from "lucide-react";

/** Advice on proxy settings for the operator; renders nothing when they are right. */
export function ProxyNotice({ advice }: { advice: string | null }) {
  if (advice === null) return null;
  return (
    <div
      role="note"
      className="mx-4 my-4 flex max-w-3xl gap-2 rounded-md border border-amber-500/50 bg-amber-500/10 px-3 py-2.5 text-sm sm:mx-6"
    >
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-amber-600 dark:text-amber-400" />
      <p className="min-w-0 text-pretty">{advice}</p>
    </div>
  );
}
