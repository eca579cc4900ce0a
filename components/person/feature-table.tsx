import { queryString } from "@/components/search-params";
import { Ago, type Clock } from "@/components/time";
import { Link } from "@/components/ui/link";
import type { FeatureUse } from "@/lib/features/rule";
import { formatCount, pluralCount } from "@/lib/format/number";
import { isDropped } from "@/lib/risk/reason";

type FeatureTableProps = { features: FeatureUse[]; lastSeen: number | null; clock: Clock; href: string };

/** The project's features that a person tried, in the order in which they tried them, and those they did not. */
export function FeatureTable({ features, lastSeen, clock, href }: FeatureTableProps) {
  const tried = features.filter(({ use }) => use !== null);
  const unusedFeatures = features.filter(({ use }) => use === null);
  return (
    <div className="grid gap-5 px-4 py-4 sm:px-6">
      <p className="text-sm">
        Tried {tried.length} of {pluralCount(features.length, "feature")}.
      </p>
      {tried.length > 0 && (
        <table className="w-full max-w-3xl text-sm">
          <thead className="text-left text-muted-foreground text-xs">
            <tr className="border-b [&_th]:py-1.5 [&_th]:font-normal">
              <th scope="col">Feature</th>
              <th scope="col" className="text-right">
                Times
              </th>
              <th scope="col" className="pl-4 text-right">
                First
              </th>
              <th scope="col" className="pl-4 text-right">
                Last
              </th>
            </tr>
          </thead>
          <tbody>
            {tried.map(({ id, name, events, use }) => (
              <tr key={id} className="border-b [&>*]:py-2">
                <th scope="row" className="text-left font-medium">
                  <Link
                    href={`${href}${queryString({ names: events.map((event) => event.replaceAll(",", "%2C")).join(",") })}#timeline`}
                    className="rounded-sm hover:text-primary hover:underline"
                  >
                    {name}
                  </Link>
                </th>
                <td className="text-right tabular-nums">{formatCount(use?.events ?? 0)}</td>
                <td className="whitespace-nowrap pl-4 text-right text-muted-foreground">
                  <Ago ts={use?.firstAt ?? 0} clock={clock} />
                </td>
                <td className="whitespace-nowrap pl-4 text-right text-muted-foreground">
                  {use && isDropped(use, { lastSeen, now: clock.now }) && (
                    <span className="text-warning">Dropped, </span>
                  )}
                  <Ago ts={use?.lastAt ?? 0} clock={clock} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {unusedFeatures.length > 0 && (
        <section aria-labelledby="not-tried">
          <h2 id="not-tried" className="mb-2 font-medium text-sm">
            Not tried
          </h2>
          <ul className="flex flex-wrap gap-1.5">
            {unusedFeatures.map(({ id, name }) => (
              <li key={id} className="rounded-sm border border-dashed px-2 py-0.5 text-muted-foreground text-sm">
                {name}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
