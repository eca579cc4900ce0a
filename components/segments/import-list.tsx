"use client";

import { FileUp } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { submitForm, type TypedFormAction } from "@/components/segments/submit-form";
import { Button } from "@/components/ui/button";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { formatCount, pluralCount } from "@/lib/format/number";
import type { Imported } from "@/lib/segments/types";

const MAX_BYTES = 20_000_000;

type ImportListProps = {
  projectId: string;
  /** The list to add to; absent: creates a new one. */
  segmentId?: string;
  makeList?: TypedFormAction<string>;
};

/** Creates or fills a list of people from a CSV file and reports the lines that match nobody. */
export function ImportList({ projectId, segmentId, makeList }: ImportListProps) {
  const router = useRouter();
  const [listId, setListId] = useState(segmentId);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [imported, setImported] = useState<Imported | null>(null);
  const upload = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const file = form.get("file");
    if (!(file instanceof File) || file.size === 0) return setProblem("Choose a CSV file with at least one line.");
    if (file.size > MAX_BYTES) return setProblem("This file is over 20 MB. Split it into smaller files.");
    setBusy(true);
    setProblem(null);
    try {
      const name = String(form.get("name") ?? "");
      const id = listId ?? (makeList && (await submitForm(makeList, { projectId, name })));
      if (!id) throw new Error("Could not create the list. Try again.");
      setListId(id); // a retry adds to the same list
      setImported(await send(projectId, id, file));
      router.refresh();
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  if (imported) return <Outcome result={imported} href={`/${projectId}/segments/${listId}`} />;
  return (
    <form onSubmit={upload} className="grid max-w-xl gap-5">
      {problem && <ErrorMessage>{problem}</ErrorMessage>}
      {segmentId === undefined && (
        <Field name="name" label="Name" placeholder="Beta testers" autoComplete="off" maxLength={100} required />
      )}
      <Field
        name="file"
        type="file"
        label="CSV file"
        accept=".csv,text/csv,text/plain"
        className="h-auto py-1.5 file:mr-3 file:rounded-sm file:border-0 file:bg-muted file:px-2.5 file:py-1 file:font-medium file:text-sm"
        hint="One user id, e-mail or anonymous id per line. If there is a header, the column named id, user id or e-mail is used."
        required
      />
      <Button type="submit" disabled={busy} className="justify-self-start">
        <FileUp aria-hidden="true" />
        {busy ? "Importing…" : "Import"}
      </Button>
    </form>
  );
}

async function send(projectId: string, id: string, file: File): Promise<Imported> {
  const response = await fetch(`/api/projects/${projectId}/segments/${id}/members`, {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: file,
  }).catch(() => null);
  const answer = (await response?.json().catch(() => null)) as (Imported & { error?: { message: string } }) | null;
  if (!response?.ok || !answer)
    throw new Error(answer?.error?.message ?? "Could not upload the file. Check your connection and try again.");
  return answer;
}

function Outcome({ result, href }: { result: Imported; href: string }) {
  const { added, already, unknown, unknownCount } = result;
  return (
    <div className="grid max-w-xl gap-4">
      <p role="status" className="text-sm">
        <span className="font-medium">{pluralCount(added, "user")} added.</span>{" "}
        {already > 0 && `${formatCount(already)} ${already === 1 ? "was" : "were"} already in the list. `}
        {unknownCount > 0 &&
          `${pluralCount(unknownCount, "line")} ${unknownCount === 1 ? "matches nobody here and was" : "match nobody here and were"} not added.`}
      </p>
      {unknown.length > 0 && (
        <details className="rounded-lg border px-4 py-2.5 text-sm">
          <summary className="font-medium">Lines without a match</summary>
          <ol className="mt-2 grid gap-1 font-mono text-xs">
            {unknown.map(({ line, value }) => (
              <li key={line} className="flex gap-3">
                <span className="w-10 shrink-0 text-right text-muted-foreground">{line}</span>
                <span className="break-all">{value}</span>
              </li>
            ))}
          </ol>
        </details>
      )}
      <Button asChild className="justify-self-start">
        <a href={href}>Open the list</a>
      </Button>
    </div>
  );
}
