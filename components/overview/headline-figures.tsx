import { ChangeBadge } from "@/components/charts/change";
import { listHref } from "@/components/columns/list-url";
import { queryString } from "@/components/search-params";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format/number";
import type { Headline } from "@/lib/overview/types";
import { encodeRule } from "@/lib/segments/encode-rule";
import { signUpsRule } from "@/lib/segments/sign-ups";

type HeadlineFiguresProps = {
  headline: Promise<[now: Headline, before: Headline]>;
  dates: Record<string, string>;
  href: string;
  range: { from: number; to: number; days: number };
};

const share = ({ identified, active }: Headline): number =>
  active === 0 ? 0 : Math.round((identified / active) * 100);

/** Key numbers of a project; each links to the list it counts. */
export async function HeadlineFigures({ headline, dates, href, range }: HeadlineFiguresProps) {
  const [now, before] = await headline;
  const { days } = range;
  const people = (show: string) => `${href}/overview/people${queryString({ show, ...dates })}`;
  const figures = [
    { label: "active people", now: now.active, before: before.active, text: formatCount, href: people("active") },
    { label: "new people", now: now.fresh, before: before.fresh, text: formatCount, href: people("new") },
    {
      label: "sign-ups",
      now: now.signUps,
      before: before.signUps,
      text: formatCount,
      href: listHref(`${href}/users`, { filter: encodeRule(signUpsRule(range)) }),
    },
    {
      label: `identified (${formatCount(now.identified)} of ${formatCount(now.active)})`,
      now: share(now),
      before: share(before),
      text: (value: number) => `${value} %`,
      points: true,
      href: people("identified"),
    },
    {
      label: "events",
      now: now.events,
      before: before.events,
      text: formatCount,
      href: `${href}/events${queryString(dates)}`,
    },
  ];
  return (
    <section aria-label={`${days} days, compared with ${days} earlier days on the same weekdays`}>
      <ul className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border lg:grid-cols-5">
        {figures.map((figure) => (
          <li key={figure.label} className="relative bg-background px-4 py-3 last:max-lg:col-span-2 hover:bg-muted/50">
            <span className="flex items-baseline gap-2">
              <Link
                href={figure.href}
                className="font-semibold text-2xl tabular-nums leading-8 after:absolute after:inset-0 hover:text-primary"
              >
                {figure.text(figure.now)}
                <span className="sr-only"> {figure.label}</span>
              </Link>
              <ChangeBadge
                now={figure.now}
                before={figure.before}
                was={figure.text(figure.before)}
                points={"points" in figure}
              />
            </span>
            <span aria-hidden="true" className="text-muted-foreground text-xs">
              {figure.label}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
