import { formatCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import type { RetentionPreview, RowCount } from "@/lib/privacy/retention-preview.queries";

const amountOf = ({ count: n, isExact }: RowCount): string => (isExact ? formatCount(n) : `about ${formatCount(n)}`);

/** Rows shown; the rest is summed. */
const SHOWN = 20;

/** What limits would delete now. */
export function RetentionPreviewTable({ going: { events, others, sessions, visitors } }: { going: RetentionPreview }) {
  const rest = events.slice(SHOWN);
  const limits = new Set(events.map(({ before }) => before));
  const [one] = limits.size === 1 ? limits : [];
  const rows: [string, string, string][] = events
    .slice(0, SHOWN)
    .map(({ name, before, going }) => [name, one ? "" : `before ${formatDate(before, "UTC")}`, amountOf(going)]);
  if (rest.length > 0) {
    const sum = rest.reduce((n, { going }) => n + going.count, 0);
    rows.push([
      `${rest.length} more events`,
      "",
      amountOf({ count: sum, isExact: rest.every((e) => e.going.isExact) }),
    ]);
  }
  if (others) rows.push(["Identify calls and property changes", "the properties stay", amountOf(others)]);
  if (sessions?.count) rows.push(["Visits", "those with newer events are shortened", amountOf(sessions)]);
  if (visitors?.count) rows.push(["Visitors", "who have nothing left", `up to ${amountOf(visitors)}`]);
  if (rows.length === 0)
    return <p className="rounded-lg border px-3.5 py-3 text-sm">Nothing stored now is older than these limits.</p>;
  return (
    <div className="overflow-x-auto rounded-lg border">
      <table className="w-full text-sm">
        <caption className="border-b px-3.5 py-2.5 text-left font-medium">
          What would be deleted now{one && `, from before ${formatDate(one, "UTC")}`}
        </caption>
        <tbody className="divide-y">
          {rows.map(([what, which, number]) => (
            <tr key={what}>
              <th scope="row" className="break-all px-3.5 py-2 text-left font-normal">
                {what}
                {which !== "" && <span className="block text-muted-foreground text-xs">{which}</span>}
              </th>
              <td className="whitespace-nowrap px-3.5 py-2 text-right tabular-nums">{number}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
