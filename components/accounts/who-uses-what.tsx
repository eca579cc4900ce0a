import { FeatureStatusLine } from "@/components/accounts/feature-status";
import { UsesTable, type UsesUser } from "@/components/accounts/uses";
import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import type { Clock } from "@/components/time";
import { Link } from "@/components/ui/link";
import { featureStatusOf } from "@/lib/accounts/page/feature-status";
import type { FeatureUsage } from "@/lib/accounts/page/uses.queries";
import { MAX_USERS } from "@/lib/accounts/types";
import { humanName } from "@/lib/format/human-name";

type WhoUsesWhatProps = { read: FeatureUsage; lastSeen: number | null; projectId: string; href: string; clock: Clock };

/** An account's features: in use, dropped and untried in a sentence, then how often each of its people used each. */
export function WhoUsesWhat({ read, lastSeen, projectId, href, clock }: WhoUsesWhatProps) {
  const { people, uses, cells, done, isNamed } = read;
  const placeOf = new Map(uses.map(({ name }, index) => [name, index]));
  const cellsOf = new Map(people.map(({ person }) => [person, uses.map((): UsesUser["cells"][number] => null)]));
  for (const { person, name, events, lastAt } of cells) {
    const [row, place] = [cellsOf.get(person), placeOf.get(name)];
    if (row && place !== undefined) row[place] = [events, lastAt];
  }
  const status = featureStatusOf(uses, done, { lastSeen, now: clock.now });
  const dropped = new Set(status.dropped.map(({ use }) => use.name));
  return (
    <>
      <FeatureStatusLine status={status} isNamed={isNamed} clock={clock} href={href} />
      <UsesTable
        clock={clock}
        users={people.map((user) => ({
          key: user.ref,
          name: personName(user),
          href: userHref(projectId, user.ref),
          events: user.events,
          lastAt: user.lastAt,
          left: user.left,
          cells: cellsOf.get(user.person) ?? [],
        }))}
        events={uses.map(({ name, label, of, people: by, events }) => ({
          name,
          label: label ?? humanName(name),
          people: by,
          events,
          isDropped: dropped.has(name),
          query: String(new URLSearchParams({ names: of.map((event) => event.replaceAll(",", "%2C")).join() })),
        }))}
      />
      {!isNamed && (
        <p className="px-4 pt-3 text-muted-foreground text-sm sm:px-6">
          These are events.{" "}
          <Link href={`/${projectId}/settings/features`} className="text-primary underline underline-offset-4">
            Name the features
          </Link>{" "}
          that they make up to see which ones were not tried.
        </p>
      )}
      {people.length === MAX_USERS && (
        <p className="px-4 py-3 text-muted-foreground text-sm sm:px-6">
          The {MAX_USERS} most active people.{" "}
          <Link href={`${href}/people`} className="text-primary underline underline-offset-4">
            See everybody
          </Link>
        </p>
      )}
    </>
  );
}
