"use client";

import { useActionState } from "react";
import { Button } from "@/components/ui/button";
import { ErrorMessage } from "@/components/ui/error-message";
import { Link } from "@/components/ui/link";
import { type ActionState, IDLE } from "@/lib/http/form";

type ExampleProps = {
  projectId: string;
  /** Whether the instance has a public demo. */
  isPublic: boolean;
  /** Adds an example to the organization; null for members who may not. */
  add: ((previous: ActionState<never>, form: FormData) => Promise<ActionState<never>>) | null;
};

/** A way to a project with data, for members without any. */
export function ExampleProject({ projectId, isPublic, add }: ExampleProps) {
  return (
    <section id="example" aria-label="Example" className="grid scroll-mt-4 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 rounded-lg border px-4 py-3">
        <p className="min-w-0 flex-1 basis-64 text-pretty text-muted-foreground text-sm">
          <span className="font-medium text-foreground">What does it look like with data?</span> An example project
          holds a year of an invented company's data.{add && " It is yours to try things in, and to delete."}
        </p>
        {add ? (
          <Add projectId={projectId} add={add} />
        ) : isPublic ? (
          <Button asChild size="sm" variant="outline">
            <Link href="/demo">Open the demo</Link>
          </Button>
        ) : (
          <p className="text-muted-foreground text-sm">Owners and admins of the organization can open one here.</p>
        )}
      </div>
    </section>
  );
}

function Add({ projectId, add }: { projectId: string; add: NonNullable<ExampleProps["add"]> }) {
  const [state, submit, pending] = useActionState(add, IDLE);
  return (
    <form action={submit} className="grid gap-2">
      <input type="hidden" name="projectId" value={projectId} />
      <Button type="submit" size="sm" variant="outline" disabled={pending}>
        {pending ? "Creating a year of data…" : "Open the example project"}
      </Button>
      {state.status === "failed" && <ErrorMessage>{state.message}</ErrorMessage>}
    </form>
  );
}
