import { applyRisk, refitRisk } from "@/lib/jobs/risk";
import { ownUsage, type ProcessorTime, processorTime } from "./processor";
import type { Bench, FigureRow } from "./support";

/** A tenth of one core for an hour. */
const PROMISED_S = 360;
const US = 1_000_000;

/** Processor time of risk for everybody: the fit with its track record, then everybody's scores; of each project. */
export async function riskRows({ db, adminUrl }: Bench, projects: readonly string[]): Promise<FigureRow[]> {
  const rows: FigureRow[] = [];
  for (const projectId of projects) {
    const { rows: counted } = await db.query<{ people: number }>(
      "SELECT count(*)::float8 AS people FROM profile_facts WHERE project_id = $1 AND person > 0",
      [projectId],
    );
    const people = (counted[0]?.people ?? 0).toLocaleString("en");
    const fit = await processorTime(ownUsage, adminUrl, () => refitRisk(db, projectId));
    const scores = await processorTime(ownUsage, adminUrl, () => applyRisk(db, projectId));
    rows.push(
      { what: `risk of ${people} people: the fit and its track record`, value: inSeconds(fit) },
      {
        what: `risk of ${people} people: everybody's scores`,
        value: inSeconds(scores),
      },
      {
        what: `risk of ${people} people: together`,
        value: inSeconds(sum(fit, scores)),
        reference: `${PROMISED_S} s of a processor for a million`,
      },
    );
  }
  return rows;
}

const sum = (a: ProcessorTime, b: ProcessorTime): ProcessorTime => ({
  app: a.app + b.app,
  postgres: a.postgres === null || b.postgres === null ? null : a.postgres + b.postgres,
});

function inSeconds({ app, postgres }: ProcessorTime): string {
  const s = (us: number) => (us / US).toFixed(1);
  return postgres === null
    ? `app ${s(app)} s of a processor, Postgres unknown`
    : `${s(app + postgres)} s of a processor: app ${s(app)}, Postgres ${s(postgres)}`;
}
