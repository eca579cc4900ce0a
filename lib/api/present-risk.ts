import type { z } from "zod";
import { userRef } from "@/lib/identity/person-ref";
import type { QuietChampion, RiskOfAccount } from "@/lib/risk/account-risk.queries";
import { reasonInWords } from "@/lib/risk/reason";
import type { AtRisk, RiskState } from "@/lib/risk/risk.queries";
import { verdictOf } from "@/lib/risk/track";
import type { riskSchema } from "./risk-schemas";

type RiskResponse = z.infer<typeof riskSchema>;

/** The state of risk in the API's terms; `state` is null if the job has not run yet. */
const presentState = (state: RiskState | null): Omit<RiskResponse, "data"> => ({
  day: state?.day ?? null,
  horizonDays: state?.horizon ?? 0,
  hasModel: state?.hasModel ?? false,
  valueIs: state?.byRevenue ? "revenue" : "activeDays",
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
});

export const presentRisk = (state: RiskState | null, people: readonly AtRisk[]): RiskResponse => ({
  ...presentState(state),
  data: people.map(({ handle, lastSeen, probability, returnsBy, value, reason }) => ({
    ref: userRef(handle),
    lastSeen: new Date(lastSeen).toISOString(),
    probability,
    returnsBy,
    value,
    why: reasonInWords(reason),
  })),
});

export const presentAccountRisk = (
  state: RiskState | null,
  accounts: readonly RiskOfAccount[],
  champions: readonly QuietChampion[],
): RiskResponse => ({
  ...presentState(state),
  championsQuiet: champions.map(({ id, handle, silent, probability, value, why }) => ({
    ref: id,
    champion: userRef(handle),
    silentDays: silent,
    probability,
    value,
    why,
  })),
  data: accounts.map(({ id, lastSeen, probability, returnsBy, value, why }) => ({
    ref: id,
    lastSeen: new Date(lastSeen).toISOString(),
    probability,
    returnsBy,
    value,
    why,
  })),
});
