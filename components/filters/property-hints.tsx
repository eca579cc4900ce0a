"use client";

import { useSuggestions } from "@/components/filters/use-suggestions";

/** Suggests event properties to the input whose `list` is `id`. Fetched once, on first render. */
export function PropertyHints({ id, projectId }: { id: string; projectId: string }) {
  const { data } = useSuggestions(projectId, { of: "eventProperties", event: "" });
  return (
    <datalist id={id}>
      {data?.properties?.map(({ key }) => (
        <option key={key} value={key} />
      ))}
    </datalist>
  );
}
