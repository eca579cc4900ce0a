"use client";

import { Pause, Play, Radio } from "lucide-react";
import { useState } from "react";
import { MessageRow } from "@/components/debugger/message-row";
import { StatusFilters } from "@/components/debugger/status-filters";
import { STATUS_STYLES } from "@/components/debugger/statuses";
import { UnmatchedRequests } from "@/components/debugger/unmatched";
import { useMessages } from "@/components/debugger/use-messages";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import type { DebuggerView, MessageStatus } from "@/lib/debugger/types";
import { pluralCount } from "@/lib/format/number";

/** The live log, newest first, filtered by status. */
export function MessageLog({ projectId, initial, zone }: { projectId: string; initial: DebuggerView; zone: string }) {
  const [paused, setPaused] = useState(false);
  const [chosen, choose] = useState<MessageStatus | null>(null);
  const { entries, counters, unmatched, trouble } = useMessages(projectId, initial, paused);
  const shown = chosen ? entries.filter(({ status }) => status === chosen) : entries;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-b px-4 pb-3 sm:px-6">
        <StatusFilters counters={counters} chosen={chosen} choose={choose} />
        <Button
          variant="outline"
          size="sm"
          className="ml-auto"
          aria-pressed={!paused}
          onClick={() => setPaused(!paused)}
        >
          {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
          {paused ? "Resume" : "Pause"}
        </Button>
      </div>
      <p role="status" className="border-b bg-muted/40 px-4 py-2 text-muted-foreground text-xs sm:px-6">
        {trouble
          ? "Could not load new messages. Check your connection; retrying automatically."
          : `${chosen ? STATUS_STYLES[chosen].hint : "Kept in memory since the server started: names, times, shortened ids and reasons, never the content of a message."}${
              counters.dropped > 0
                ? ` Browsers dropped ${pluralCount(counters.dropped, "event")}, as their storage was full.`
                : ""
            }`}
      </p>
      {!chosen && <UnmatchedRequests requests={unmatched} zone={zone} />}
      {shown.length === 0 ? (
        <Empty icon={Radio} title={chosen ? `Nothing ${STATUS_STYLES[chosen].label.toLowerCase()}` : "Listening"}>
          {chosen
            ? "None of the last 500 messages has this status. Choose another, or click again to see all."
            : "Open a page with the snippet, or send an event from your server: it appears here within a second, even if something is wrong with it."}
        </Empty>
      ) : (
        <ol aria-label="Messages, newest first" className="divide-y">
          {shown.map((entry) => (
            <MessageRow key={entry.number} entry={entry} zone={zone} />
          ))}
        </ol>
      )}
    </>
  );
}
