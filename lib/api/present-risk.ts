import type { z } from "zod";
import { userRef } from "@/lib/identity/person-ref";
import { reasonInWords } from "@/lib/risk/reason";
import type { AtRisk, RiskState } from "@/lib/risk/risk.queries";
import { verdictOf } from "@/lib/risk/track";
import type { risk } from "./risk-schemas";

/** Risk in the API's terms; `state` is null if the job has not run yet. */
export const presentRisk = (state: RiskState | null, people: readonly AtRisk[]): z.infer<typeof risk> => ({
  day: state?.day ?? null,
  horizonDays: state?.horizon ?? 0,
  hasModel: state?.hasModel ?? false,
  verdict: verdictOf(state?.tracks ?? []),
  tracks: (state?.tracks ?? []).map((track) => ({
    daysAgo: track.ago,
    people: track.people,
    away: track.away,
    named: track.named,
    namedAway: track.namedAway,
    auc: track.auc,
    aucOfSilence: track.silenceAuc,
    lift: track.lift,
    liftOfSilence: track.silenceLift,
    calibrationError: track.calibrationError,
  })),
  data: people.map(({ handle, lastSeen, probability, returnsBy, value, reason }) => ({
    ref: userRef(handle),
    lastSeen: new Date(lastSeen).toISOString(),
    probability,
    returnsBy,
    value,
    why: reasonInWords(reason),
  })),
});
