"use client";

import { useSuggestions } from "@/components/filters/use-suggestions";

/** The properties events have, for the input whose `list` is `id`. Asked for once, when it is rendered. */
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
