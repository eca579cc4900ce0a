import { MonitorSmartphone } from "lucide-react";
import type { CorrectionActions } from "@/components/identity/actions";
import { CorrectButton } from "@/components/identity/correct-button";
import { detachText, separateText, shortId } from "@/components/identity/correction-texts";
import { CorrectionsMade } from "@/components/identity/corrections-made";
import { LaneAxis, LanePatterns, Legend } from "@/components/identity/lane-bar";
import { LaneCard } from "@/components/identity/lane-card";
import { axisNote, axisOf, type LaneTone, piecesOf, ticksOf } from "@/components/identity/scale";
import type { Clock } from "@/components/time";
import { Empty } from "@/components/ui/empty";
import { formatDateTime } from "@/lib/format/time";
import type { Identities, PersonIdentity } from "@/lib/identity/person-identities";
import type { PersonRef } from "@/lib/identity/person-ref";
import type { ReasonFormat } from "@/lib/identity/reason-sentence";

/** Maximum of axis ticks: their labels must fit on a phone. */
const MAX_TICKS = 5;

type IdentitiesViewProps = {
  identities: Identities;
  actions: CorrectionActions;
  clock: Clock;
  who: ReasonFormat["who"];
  hrefOf: (ref: PersonRef) => string;
};

/** A person's ids as lanes on one time axis, and the corrections made. */
export function IdentitiesView({ identities, actions, clock, who: nameOfActor, hrefOf }: IdentitiesViewProps) {
  const { ids: lanes } = identities;
  if (lanes.length === 0) {
    return (
      <Empty icon={MonitorSmartphone} title="No ids">
        <p>No user has this id any more.</p>
      </Empty>
    );
  }
  const axis = axisOf(lanes);
  const ticks = axis ? ticksOf(axis, clock.zone, MAX_TICKS) : [];
  const format = { time: (ms: number) => formatDateTime(ms, clock.zone), who: nameOfActor };
  const visitor = !lanes.some((lane) => lane.kind === "user");
  return (
    <>
      <LanePatterns />
      {axis && (
        <div className="grid gap-2.5 border-b px-4 pt-4 pb-1.5 sm:px-6">
          <div className="flex flex-wrap justify-between gap-x-4 gap-y-1">
            <Legend tones={new Set(lanes.flatMap((lane) => tonesOf(lane)))} visitor={visitor} />
            <p className="text-muted-foreground text-xs tabular-nums empty:hidden">{axisNote(axis, clock.zone)}</p>
          </div>
          <LaneAxis axis={axis} ticks={ticks} />
        </div>
      )}
      <ul>
        {lanes.map((lane) => (
          <LaneCard
            key={lane.kind + lane.id}
            lane={lane}
            axis={axis}
            ticks={ticks}
            zone={clock.zone}
            format={format}
            hrefOf={hrefOf}
            visitor={visitor}
          >
            <Correct lane={lane} identities={identities} actions={actions} />
          </LaneCard>
        ))}
      </ul>
      <CorrectionsMade identities={identities} actions={actions} clock={clock} who={nameOfActor} />
    </>
  );

  function tonesOf(lane: PersonIdentity): LaneTone[] {
    return axis ? lane.stretches.flatMap((stretch) => piecesOf(stretch, axis).map((piece) => piece.tone)) : [];
  }
}

/** The corrections that apply to one id. */
function Correct({
  lane,
  identities,
  actions,
}: {
  lane: PersonIdentity;
  identities: Identities;
  actions: CorrectionActions;
}) {
  if (lane.kind === "device") {
    const userIds = [...new Set(lane.reasons.flatMap((why) => (why.type === "identified" ? [why.userId] : [])))];
    if (userIds.length === 0) return null;
    return (
      <CorrectButton
        actions={actions}
        correction={{ kind: "detach", anonymousId: lane.id, userIds }}
        words={detachText(shortId(lane.id), userIds.join(" and "))}
        label={`Detach device ${lane.id}`}
      >
        Detach
      </CorrectButton>
    );
  }
  const others = lane.reasons.flatMap((why) => (why.type === "aliased" ? [why.userId] : []));
  if (others.length === 0) return null;
  return (
    <CorrectButton
      actions={actions}
      correction={{ kind: "unalias", pairs: others.map((other) => [lane.id, other] as const) }}
      words={separateText(lane.id, identities.ids.length > 2 && others.length > 1 ? "the others" : (others[0] ?? ""))}
      label={`Separate ${lane.id}`}
    >
      Separate
    </CorrectButton>
  );
}
