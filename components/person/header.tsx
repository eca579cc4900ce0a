import { ChevronLeft, EyeOff, MoonStar } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import { listHref } from "@/components/columns/list-url";
import { accountHref } from "@/components/people/account";
import { displayName, pictureHref } from "@/components/people/row";
import { StateLine } from "@/components/people/state-line";
import { OnlineStatus } from "@/components/person/online";
import { Ago, type Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { Flag } from "@/components/ui/flag";
import { Link } from "@/components/ui/link";
import { BySight } from "@/components/ui/sight";
import type { AccountOfPerson } from "@/lib/accounts/page/person.queries";
import { browserLabel, deviceLabel } from "@/lib/format/device";
import { formatCount, pluralCount } from "@/lib/format/number";
import { countryName } from "@/lib/format/place";
import { formatDate, formatRoughDuration } from "@/lib/format/time";
import type { StateSentence } from "@/lib/lifecycle/state-sentence";
import type { ProfileDetail } from "@/lib/profiles/types";
import { reasonInWords } from "@/lib/risk/reason";
import { encodeRule } from "@/lib/segments/encode-rule";
import type { Rule } from "@/lib/segments/rule";
import type { SignUpHistory } from "@/lib/sessions/visit-times.queries";
import type { TimelineEvent } from "@/lib/timeline/types";

/** Everybody who is in the same state today. */
const inState = (state: StateSentence["state"]): Rule => ({
  kind: "and",
  of: [{ kind: "state", is: "oneOf", values: [state] }],
});

type PersonHeaderProps = {
  person: ProfileDetail;
  accounts: AccountOfPerson[];
  first: TimelineEvent | null;
  arrival: SignUpHistory;
  state: StateSentence | null;
  clock: Clock;
  projectId: string;
  href: string;
};

/** The person's name, origin and key numbers. */
export function PersonHeader({ person, accounts, first, arrival, state, clock, projectId, href }: PersonHeaderProps) {
  const name = displayName(person);
  const id = person.userIds[0] ?? person.anonymousIds[0];
  const quiet = person.facts?.quiet ?? null;
  const current = accounts.filter(({ until }) => until === null);
  const place = [person.city, countryName(person.country)].filter(Boolean).join(", ");
  return (
    <header className="px-4 pt-4 pb-4 sm:px-6">
      <Link
        href={`/${projectId}/users`}
        className="-ml-1 inline-flex items-center gap-0.5 rounded-sm text-muted-foreground text-sm hover:text-foreground"
      >
        <ChevronLeft aria-hidden="true" className="size-4" />
        Users
      </Link>
      <div className="mt-3 flex items-center gap-3.5">
        <Avatar
          name={name}
          src={pictureHref(projectId, person)}
          anonymous={!person.identified}
          className="size-12 text-base"
        />
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
            <h1 className="truncate font-semibold text-xl tracking-tight">{name}</h1>
            {id === name && <CopyButton iconOnly value={id} label="Copy the id" className="size-6 [&_svg]:size-3.5" />}
            {!person.identified && <Badge variant="outline">Anonymous</Badge>}
            {person.identified && (
              <BySight
                masked={
                  <Badge variant="outline" title="You may not see names, addresses and personal properties here">
                    <EyeOff aria-hidden="true" />
                    Name hidden
                  </Badge>
                }
                full={null}
              />
            )}
            {person.facts?.isInternal && (
              <Link href={`${href}/privacy`} title="Left out of every count">
                <Badge variant="outline">Own team or test</Badge>
              </Link>
            )}
            <OnlineStatus />
          </div>
          <div className="flex flex-wrap items-center gap-x-1 text-muted-foreground text-sm">
            {person.email && (
              <span className="mr-1 inline-flex min-w-0 items-center">
                {person.email !== name && <span className="break-all">{person.email}</span>}
                <CopyButton iconOnly value={person.email} label="Copy the e-mail" className="size-6 [&_svg]:size-3.5" />
              </span>
            )}
            {id && id !== name && (
              <span className="inline-flex min-w-0 items-center">
                <code className="truncate font-mono text-xs">{id}</code>
                <CopyButton iconOnly value={id} label="Copy the id" className="size-6 [&_svg]:size-3.5" />
              </span>
            )}
          </div>
        </div>
      </div>
      <p className="mt-3 text-pretty text-muted-foreground text-sm">{origin(person, first, arrival, clock)}</p>
      {state && (
        <StateLine state={state} href={listHref(`/${projectId}/users`, { filter: encodeRule(inState(state.state)) })} />
      )}
      {quiet !== null && (
        <p className="mt-1 flex items-start gap-1.5 text-sm">
          <MoonStar aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
          <span>
            <Link href={`/${projectId}/users?tab=quiet`} className="rounded-sm font-medium hover:text-primary">
              Going quiet
            </Link>
            : {reasonInWords(quiet.reason)}.
          </span>
        </p>
      )}
      <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 sm:flex sm:flex-wrap sm:gap-x-8 xl:gap-x-7">
        <Figure label="Last seen">
          <Ago ts={person.lastSeen} clock={clock} />
        </Figure>
        <Figure label="First seen">
          <Ago ts={person.firstSeen} clock={clock} />
        </Figure>
        <Figure label="Sessions">
          <Counted href={`${href}/sessions`}>{formatCount(person.sessions)}</Counted>
        </Figure>
        <Figure label="Events">
          <Counted href={href}>{formatCount(person.events)}</Counted>
        </Figure>
        {current.length > 0 && (
          <Figure label={current.length === 1 ? "Account" : "Accounts"}>
            {current.map(({ id: account, name: called }, index) => (
              <Fragment key={account}>
                {index > 0 && ", "}
                <Counted href={accountHref(projectId, account)}>{called ?? account}</Counted>
              </Fragment>
            ))}
          </Figure>
        )}
        {place && (
          <Figure label="Place">
            <Flag country={person.country} />
            {place}
          </Figure>
        )}
        {(person.browser || person.device) && (
          <Figure label="Device">
            <span title={[deviceLabel(person.device), person.browser, person.os].filter(Boolean).join(", ")}>
              {[browserLabel(person.browser) ?? deviceLabel(person.device), person.os].filter(Boolean).join(" on ")}
            </span>
          </Figure>
        )}
      </dl>
    </header>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <dt className="text-muted-foreground text-xs">{label}</dt>
      <dd className="text-sm tabular-nums">{children}</dd>
    </div>
  );
}

const Counted = ({ href, children }: { href: string; children: ReactNode }) => (
  <Link href={href} className="rounded-sm hover:text-primary hover:underline">
    {children}
  </Link>
);

/** Times closer than this, in ms, count as the same. */
const MOMENT_MS = 60_000;

/** "Since 12 Mar 2026, came from Hacker News to /pricing, signed up 3 days and 4 sessions later." */
function origin(person: ProfileDetail, first: TimelineEvent | null, arrival: SignUpHistory, clock: Clock): string {
  if (person.firstSeen === null) return "Known only from your server, never seen.";
  const parts = [`Since ${formatDate(person.firstSeen, clock.zone)}`];
  const to = first?.path ? ` to ${first.path}` : "";
  if (person.source === "Direct") parts.push(`came directly${to}`);
  else if (person.source) parts.push(`came from ${person.source}${to}`);
  const { signedUpAt, isExisting, visitsBefore } = arrival;
  if (isExisting)
    parts.push(
      signedUpAt === null ? "a customer before that" : `a customer since ${formatDate(signedUpAt, clock.zone)}`,
    );
  if (signedUpAt !== null && signedUpAt - person.firstSeen >= MOMENT_MS) {
    const length = formatRoughDuration(signedUpAt - person.firstSeen);
    const visits = visitsBefore > 1 ? ` and ${pluralCount(visitsBefore - 1, "session")}` : "";
    parts.push(`signed up ${length}${visits} later`);
  }
  return `${parts.join(", ")}.`;
}
