import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import { RiskOutcomes } from "@/components/insights/risk-outcomes";
import { firstValue, queryString, type SearchParams } from "@/components/search-params";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { outcomesOf, SHOWN_OUTCOMES } from "@/lib/risk/outcomes.queries";
import type { RiskSubject } from "@/lib/risk/outcomes.store";
import { riskState } from "@/lib/risk/risk.queries";
import { CUTOFFS_AGO, type Track } from "@/lib/risk/track";

export const metadata: Metadata = { title: "Track record of risk" };

const ROWS = 100;
const BINS = 10;

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

/**
 * The people or accounts behind a figure of the track record: ?of=accounts&ago=30&shown=flagged, or &bin=3; &from= for
 * the next page.
 */
export default async function RecordPage({ params, searchParams }: Props) {
  const { scope, project } = await requireMemberOrGuest((await params).project);
  const search = await searchParams;
  const subject: RiskSubject = firstValue(search, "of") === "accounts" ? "accounts" : "people";
  const ago = CUTOFFS_AGO.find((days) => String(days) === firstValue(search, "ago")) ?? CUTOFFS_AGO[0];
  const shown = SHOWN_OUTCOMES.find((known) => known === firstValue(search, "shown")) ?? "all";
  const state = await riskState(scope, subject);
  const track = state?.tracks.find((known) => known.ago === ago);
  const path = `/${project.id}/insights/risk`;
  const back = queryString({ of: subject === "accounts" ? subject : undefined });
  if (!state || !track)
    return (
      <Empty icon={SearchX} title="No track record for that day">
        <p>
          It begins once there is enough history to predict from and to check against.{" "}
          <Link href={path + back} className="text-primary underline underline-offset-4">
            Back to risk
          </Link>
        </p>
      </Empty>
    );
  const bin = binOf(firstValue(search, "bin"), track);
  const from = Math.max(bin?.from ?? 0, Math.min(whole(firstValue(search, "from")) ?? 0, track.people));
  const limit = Math.min(ROWS, (bin?.to ?? track.people) - from);
  const rows = await outcomesOf(scope, { subject, ago, shown: bin ? "all" : shown }, { from, limit });
  const more =
    rows.length === ROWS && from + ROWS < (bin?.to ?? track.people)
      ? `${path}/record${queryString({
          of: subject === "accounts" ? subject : undefined,
          ago: String(ago),
          ...(bin ? { bin: firstValue(search, "bin") } : { shown }),
          from: String(from + ROWS),
        })}`
      : null;
  return (
    <RiskOutcomes
      {...{ rows, subject, ago, shown: bin ? null : shown, horizon: state.horizon, projectId: project.id, more }}
      back={path + back}
    />
  );
}

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : null;

/** The positions of a tenth in the order of probability, as measures.ts divides them. */
function binOf(text: string | undefined, { people }: Track): { from: number; to: number } | null {
  const i = whole(text);
  if (i === null || i >= BINS) return null;
  return { from: Math.floor((i * people) / BINS), to: Math.floor(((i + 1) * people) / BINS) };
}
