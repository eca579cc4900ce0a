import { STATUS_STYLES } from "@/components/debugger/statuses";
import { cn } from "@/components/ui/cn";
import type { DebuggerEntry } from "@/lib/debugger/types";
import { formatTimeWithSeconds } from "@/lib/format/time";

/** One message: time, status, content, sender and reason. */
export function MessageRow({ entry, zone }: { entry: DebuggerEntry; zone: string }) {
  const style = STATUS_STYLES[entry.status];
  const from = [entry.user && `user ${entry.user}`, entry.device && `device ${entry.device}`].filter(Boolean);
  return (
    <li className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-4 py-2 text-sm sm:grid-cols-[5.5rem_6.5rem_minmax(0,1fr)] sm:px-6">
      <time
        dateTime={new Date(entry.at).toISOString()}
        className="text-muted-foreground text-xs leading-5 tabular-nums"
      >
        {formatTimeWithSeconds(entry.at, zone)}
      </time>
      <span className="inline-flex items-center gap-2 self-start text-[13px] leading-5" title={style.hint}>
        <span aria-hidden="true" className={cn("size-2 shrink-0 rounded-full", style.dot)} />
        {style.label}
      </span>
      <div className="col-span-2 min-w-0 sm:col-span-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium break-all">{entry.name || entry.type}</span>
          {entry.name && <span className="text-muted-foreground text-xs">{entry.type}</span>}
          <span className="ml-auto truncate font-mono text-muted-foreground text-xs">
            {from.join(" · ") || entry.via}
          </span>
        </p>
        {entry.reasons.length > 0 && (
          <ul className="mt-0.5 grid gap-0.5 text-[13px] text-muted-foreground">
            {entry.reasons.map((reason, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
              <li key={index} className="break-words">
                {entry.field && index === 0 && (
                  <code className="mr-1.5 rounded-sm bg-muted px-1 py-0.5 font-mono text-foreground text-xs">
                    {entry.field}
                  </code>
                )}
                {reason.charAt(0).toUpperCase() + reason.slice(1)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
