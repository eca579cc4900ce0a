import type { UnmatchedRequest } from "@/lib/debugger/types";
import { formatTimeWithSeconds } from "@/lib/format/time";

/** Requests that matched no project, for developers with a wrong key in their code. */
export function UnmatchedRequests({ requests, zone }: { requests: UnmatchedRequest[]; zone: string }) {
  if (requests.length === 0) return null;
  return (
    <section aria-labelledby="unmatched-title" className="border-b bg-warning/5 px-4 py-3 sm:px-6">
      <h2 id="unmatched-title" className="font-medium text-sm">
        Requests that matched no project
      </h2>
      <p className="mt-0.5 text-muted-foreground text-xs">
        From your address or one of this project's sites, in the last hour. Check the key in your code against Settings.
      </p>
      <ol className="mt-2 grid gap-1.5 text-[13px]">
        {requests.map(({ number, at, via, origin, reason }) => (
          <li key={number} className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3">
            <time
              dateTime={new Date(at).toISOString()}
              className="text-muted-foreground text-xs leading-5 tabular-nums"
            >
              {formatTimeWithSeconds(at, zone)}
            </time>
            <span className="min-w-0 break-words">
              {reason}{" "}
              <span className="font-mono text-muted-foreground text-xs">
                {[origin, via].filter(Boolean).join(" · ")}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
