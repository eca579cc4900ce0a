import type { ReactNode } from "react";
import { CalibrationChart } from "@/components/charts/calibration-lazy";
import { formatPercent } from "@/components/insights/risk-list";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format/number";
import type { ShownOutcomes } from "@/lib/risk/outcomes.queries";
import type { RiskSubject } from "@/lib/risk/outcomes.store";
import { type Track, verdictOf } from "@/lib/risk/track";

const NOUNS: Record<RiskSubject, string> = { people: "People", accounts: "Accounts" };
const VERDICTS = {
  better: "On this project's own past, the model ranks better than days since last seen.",
  "no better":
    "On this project's own past, the model ranks no better than days since last seen. Sort by last seen instead.",
  unknown: "Too few have stayed away or come back so far to test the model on this project's past.",
};

type Props = {
  tracks: readonly Track[];
  horizon: number;
  subject: RiskSubject;
  /** URL of the list behind a number. */
  hrefOf: (query: Record<string, string>) => string;
};

/** How the model would have performed earlier: whom it flagged, who stayed away, and its calibration. */
export function RiskRecord({ tracks, horizon, subject, hrefOf }: Props) {
  const newest = tracks[0];
  return (
    <section aria-labelledby="record" className="grid gap-3">
      <div>
        <h2 id="record" className="font-medium text-sm">
          Track record
        </h2>
        <p className="mt-0.5 max-w-prose text-pretty text-muted-foreground text-xs">
          {VERDICTS[verdictOf(tracks)]}
          {newest &&
            ` Each row uses only data from before that day. Stayed away: no activity in the ${horizon} days after it.`}
        </p>
      </div>
      {newest && (
        <>
          <Cutoffs tracks={tracks} hrefOf={hrefOf} />
          <Calibration track={newest} horizon={horizon} subject={subject} hrefOf={hrefOf} />
        </>
      )}
    </section>
  );
}

/** The figures of a cut-off, each with the list it counts; for a share, the numerator. */
const NUMBERS: { head: string; shown: ShownOutcomes; text: (track: Track) => string }[] = [
  { head: "With a habit", shown: "all", text: ({ people }) => formatCount(people) },
  { head: "Stayed away", shown: "away", text: ({ away }) => formatCount(away) },
  { head: "Flagged quiet", shown: "flagged", text: ({ named }) => formatCount(named) },
  {
    head: "Flags that were right",
    shown: "flaggedAway",
    text: ({ named, namedAway }) => (named === 0 ? "—" : formatPercent(namedAway / named)),
  },
  {
    head: "Stayed away, flagged",
    shown: "flaggedAway",
    text: ({ away, namedAway }) => formatPercent(namedAway / away),
  },
  { head: "Stayed away, missed", shown: "missed", text: ({ away, namedAway }) => formatCount(away - namedAway) },
];

const Cutoffs = ({ tracks, hrefOf }: Pick<Props, "tracks" | "hrefOf">) => (
  <Scrolling label="Track record">
    <thead className="text-muted-foreground text-xs">
      <tr className="border-b">
        <Head left>As of</Head>
        {NUMBERS.map(({ head }) => (
          <Head key={head}>{head}</Head>
        ))}
        <Head>AUC</Head>
        <Head>AUC of days silent</Head>
        <Head>Lift at 10&nbsp;%</Head>
        <Head>Lift of days silent</Head>
        <Head>Calibration error</Head>
      </tr>
    </thead>
    <tbody>
      {tracks.map((track) => (
        <tr key={track.ago} className="border-b last:border-b-0">
          <th scope="row" className="whitespace-nowrap px-3 py-1.5 text-left font-normal">
            {track.ago} days ago
          </th>
          {NUMBERS.map(({ head, shown, text }) => (
            <Cell key={head}>
              <Link
                href={hrefOf({ ago: String(track.ago), shown })}
                prefetch={false}
                className="rounded-sm underline-offset-4 hover:text-primary hover:underline"
              >
                {text(track)}
              </Link>
            </Cell>
          ))}
          <Cell>{track.auc.toFixed(3)}</Cell>
          <Cell>{track.silenceAuc.toFixed(3)}</Cell>
          <Cell>{track.lift.toFixed(2)}</Cell>
          <Cell>{track.silenceLift.toFixed(2)}</Cell>
          <Cell>{track.calibrationError.toFixed(3)}</Cell>
        </tr>
      ))}
    </tbody>
  </Scrolling>
);

const Calibration = ({ track, horizon, subject, hrefOf }: Omit<Props, "tracks"> & { track: Track }) => (
  <div className="grid gap-4 lg:grid-cols-2">
    <figure className="grid gap-1 rounded-lg border p-3">
      <figcaption className="text-muted-foreground text-xs">
        Predicted and observed, {track.ago} days ago. On the dashed line they agree.
      </figcaption>
      <CalibrationChart points={track.bins} height={240} />
    </figure>
    <Scrolling label="Predicted and observed">
      <thead className="text-muted-foreground text-xs">
        <tr className="border-b">
          <Head left>Back within {horizon} days, predicted</Head>
          <Head>Observed</Head>
          <Head>{NOUNS[subject]}</Head>
        </tr>
      </thead>
      <tbody>
        {track.bins.map((bin, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bins are in order and do not move
          <tr key={i} className="border-b last:border-b-0">
            <th scope="row" className="px-3 py-1 text-left font-normal">
              {formatPercent(bin.predicted)}
            </th>
            <Cell>{formatPercent(bin.observed)}</Cell>
            <Cell>
              <Link
                href={hrefOf({ ago: String(track.ago), bin: String(i) })}
                prefetch={false}
                className="rounded-sm underline-offset-4 hover:text-primary hover:underline"
              >
                {formatCount(bin.people)}
              </Link>
            </Cell>
          </tr>
        ))}
      </tbody>
    </Scrolling>
  </div>
);

const Scrolling = ({ label, children }: { label: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
  <section aria-label={label} tabIndex={0} className="overflow-x-auto rounded-lg border">
    <table className="w-full text-sm tabular-nums">{children}</table>
  </section>
);

const Head = ({ left, children }: { left?: boolean; children: ReactNode }) => (
  <th scope="col" className={`px-3 py-1.5 align-bottom font-normal ${left ? "text-left" : "text-right"}`}>
    {children}
  </th>
);

const Cell = ({ children }: { children: ReactNode }) => <td className="px-3 py-1.5 text-right">{children}</td>;
