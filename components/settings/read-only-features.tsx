import type { Feature } from "@/lib/features/rule";

/** The project's features, for members who may not change them. */
export function ReadOnlyFeatures({ features }: { features: Feature[] }) {
  return (
    <ol className="grid max-w-3xl gap-3 px-4 py-4 sm:px-6" aria-label="Features">
      {features.map(({ id, name, events }) => (
        <li key={id} className="grid gap-1 rounded-lg border p-3">
          <span className="font-medium text-sm">{name}</span>
          <span className="break-words font-mono text-muted-foreground text-xs">{events.join(", ")}</span>
        </li>
      ))}
    </ol>
  );
}
