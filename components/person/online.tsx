"use client";

import { useLivePerson } from "@/components/timeline/live-person";

/** Shows that a person is online and on which page. */
export function OnlineStatus() {
  const { presence } = useLivePerson();
  return (
    <span role="status" className="inline-flex min-w-0 items-center text-positive text-xs">
      {presence && (
        <>
          <span aria-hidden="true" className="mr-1.5 size-2 shrink-0 rounded-full bg-online" />
          <span className="truncate">
            Online now
            {presence.path && <span className="text-muted-foreground"> on {presence.path}</span>}
          </span>
        </>
      )}
    </span>
  );
}
