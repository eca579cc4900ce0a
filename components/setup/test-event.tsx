"use client";

import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { TestAnswer } from "@/lib/setup/test-event";

/** Accepted, but not stored. */
const ACCEPTED = 202;

export type SendTestEvent = (
  projectId: string,
) => Promise<{ ok: true; data: TestAnswer } | { ok: false; message: string }>;

/**
 * `send`: null without the permission. Sends a request like the site's and shows ingest's response, so that a refusal
 * can be fixed here.
 */
export function useTestEvent(projectId: string, send: SendTestEvent | null) {
  const [pending, start] = useTransition();
  const [result, setResult] = useState<Awaited<ReturnType<SendTestEvent>> | null>(null);
  if (!send) return { button: null, answer: null };
  const button = (
    <Button
      size="sm"
      variant="outline"
      disabled={pending}
      onClick={() => start(async () => setResult(await send(projectId)))}
    >
      {pending ? "Sending…" : "Send a test event"}
    </Button>
  );
  return { button, answer: result && <Result result={result} /> };
}

function Result({ result }: { result: Awaited<ReturnType<SendTestEvent>> }) {
  if (!result.ok)
    return (
      <p role="alert" className="mt-3 text-destructive text-sm">
        {result.message}
      </p>
    );
  const { request, origin, clientId, status, body, isStored } = result.data;
  return (
    <figure aria-label="Test event" className="mt-3 overflow-hidden rounded-md border bg-sidebar text-xs">
      <figcaption className="border-b px-3 py-2 text-muted-foreground">
        <span className="font-medium text-foreground">{isStored ? "Stored." : "Not stored."}</span> Sent over HTTP to
        this server with your key, as {origin === null ? "any site" : origin} would.
        {status === ACCEPTED && " A setting keeps it out; the debugger says why."}
      </figcaption>
      <pre className="whitespace-pre-wrap break-all px-3 py-2 font-mono leading-5">
        <code>
          {request}
          {"\n"}
          {origin !== null && `origin: ${origin}\n`}
          throughline-client-id: {clientId}
          {"\n\n"}
          <span className={cn("font-medium", isStored ? "text-positive" : "text-destructive")}>{status}</span> {body}
        </code>
      </pre>
    </figure>
  );
}
