"use client";

import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Link } from "@/components/ui/link";
import { fetchJson, usePolled } from "@/components/ui/use-json";
import { type SendTestEvent, useTestEvent } from "./test-event";

/** Polling interval while something is missing, in milliseconds. */
const EVERY_MS = 1_500;

export type FirstEvent = { name: string; path: string | null };
export type SetupSteps = { event: boolean; identify: boolean; device: boolean; server: boolean };
/** The latest request from the reader's address, or from the project's own site, that matched no project. */
type Stray = { via: string; reason: string };
type Answer = { event: FirstEvent | null; steps: SetupSteps; stray: Stray | null };

type ChecklistProps = {
  projectId: string;
  initial: { event: FirstEvent | null; steps: SetupSteps };
  /** null: the member may not change anything. */
  sendTest: SendTestEvent | null;
  /** Shown under the first step while no event has arrived. */
  help: ReactNode;
};

const STEPS = [
  {
    key: "identify",
    title: "First log-in",
    text: "Call identify when a user logs in: their earlier visits join their timeline.",
  },
  {
    key: "device",
    title: "Second device",
    text: "Log in as the same user on your phone: both devices become one person.",
  },
  {
    key: "server",
    title: "First call from a server",
    text: "For events that happen on your server, such as payments. Choose Node or curl below.",
  },
] as const;

/** The first steps of a project, ticked as events arrive. */
export function Checklist({ projectId, initial, sendTest, help }: ChecklistProps) {
  const [{ event, steps }, setSeen] = useState(initial);
  const [stray, setStray] = useState<Stray | null>(null);
  const path = `/api/projects/${projectId}/first-event`;
  const test = useTestEvent(projectId, sendTest);
  const isDone = Object.values(steps).every(Boolean);
  const { trouble } = usePolled<Answer>(isDone ? null : path, EVERY_MS, {
    request: () => fetchJson(path),
    onData: (answer) => {
      setStray(answer.stray);
      setSeen(answer);
    },
  });
  return (
    <section aria-labelledby="steps" className="rounded-lg border">
      <h2 id="steps" className="sr-only">
        First steps
      </h2>
      <ol className="divide-y">
        <Step done={event !== null} title="First event">
          <p role="status" className="text-sm">
            {event ? (
              <>
                <span className="font-medium">First event received:</span> {event.name}
                {event.path && <span className="text-muted-foreground"> on {event.path}</span>}
              </>
            ) : trouble ? (
              <>Could not check for events. Check your connection; retrying automatically.</>
            ) : stray ? (
              <>
                <span className="font-medium">A request to {stray.via} arrived, but matched no project.</span>{" "}
                <span className="break-words text-muted-foreground">{stray.reason}</span>
              </>
            ) : (
              <>
                <span className="font-medium">Waiting for the first event.</span>{" "}
                <span className="text-muted-foreground">
                  Open a page with the snippet. This turns green automatically.
                </span>
              </>
            )}
          </p>
          <div className="mt-2.5 flex flex-wrap gap-2">
            {event && (
              <Button asChild size="sm">
                <Link href={`/${projectId}/users`}>See your users</Link>
              </Button>
            )}
            {!event && test.button}
            <Button asChild size="sm" variant="outline">
              <Link href={`/${projectId}/settings/debugger`}>Debugger</Link>
            </Button>
          </div>
          {test.answer}
          {!event && help}
        </Step>
        {STEPS.map(({ key, title, text }) => (
          <Step key={key} done={steps[key]} title={title}>
            <p className="text-muted-foreground text-sm">{text}</p>
          </Step>
        ))}
      </ol>
    </section>
  );
}

function Step({ done, title, children }: { done: boolean; title: string; children: ReactNode }) {
  return (
    <li className={cn("flex gap-3 px-4 py-3", done && "bg-positive/5")}>
      <span
        aria-hidden="true"
        className={cn(
          "mt-0.5 flex size-4.5 shrink-0 items-center justify-center rounded-full border",
          done && "border-positive bg-positive text-background",
        )}
      >
        {done && <Check className="size-3" strokeWidth={3} />}
      </span>
      <div className="min-w-0 flex-1">
        <h3 className="font-medium text-sm">
          {title}
          <span className="sr-only">{done ? " (done)" : " (to do)"}</span>
        </h3>
        <div className="mt-0.5">{children}</div>
      </div>
    </li>
  );
}
