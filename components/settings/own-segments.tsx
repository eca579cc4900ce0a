import { Link } from "@/components/ui/link";

type OwnSegmentsProps = { projectId: string; ids: string[]; names: Map<string, string> };

/** Names of the own team's segments, because the setting only holds ids. */
export function OwnSegments({ projectId, ids, names }: OwnSegmentsProps) {
  if (ids.length === 0) return null;
  return (
    <div className="mt-6 rounded-lg border">
      <h3 className="border-b px-3.5 py-2.5 font-medium text-sm">Segments left out of all counts</h3>
      <ul className="divide-y text-sm">
        {ids.map((id) => (
          <li key={id} className="break-words px-3.5 py-2">
            {names.has(id) ? (
              <Link href={`/${projectId}/segments/${id}`} className="text-primary underline-offset-4 hover:underline">
                {names.get(id)}
              </Link>
            ) : (
              <span className="text-muted-foreground">{id}: there is no such segment</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
