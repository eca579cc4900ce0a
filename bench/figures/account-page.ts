import { BIG_ACCOUNT, LARGEST_ACCOUNT } from "../account-data";
import { ensureData, sizeFrom } from "../data";
import { type BenchPages, openPages } from "../page";
import { processorTime } from "../processor";
import { type Bench, type Figure, type FigureRow, ms, percentile } from "../support";

const WARM_UP = 30;
const ROUNDS = 5;
const SAMPLES = 40;
const PROMISED_MS = 60;
const TENTH_WITH_LARGE_ACCOUNTS = "100000/1000000/large";

/** A page's cost depends on its account, not on the project: a tenth of the data with accounts of full size. */
const PAGES = [
  { what: "reference: the same layout around an almost empty page", path: "/settings/delete", marker: /Delete/ },
  { what: "account of 1,000 people", path: `/accounts/${BIG_ACCOUNT}`, marker: /Who uses what/ },
  { what: "account of 16,000 people", path: `/accounts/${LARGEST_ACCOUNT}`, marker: /Who uses what/ },
];

/** The account page as a whole: time, processor time of the app and of Postgres, and size. Rounds take turns. */
export const accountPage: Figure = {
  name: "account-page",
  title: "The account page",
  run: async (bench) => {
    const size = sizeFrom(process.env.BENCH_SIZE ?? TENTH_WITH_LARGE_ACCOUNTS);
    const project = await ensureData(bench.db, size, bench.log);
    const pages = await openPages(bench, project);
    try {
      return await measured(bench, pages);
    } finally {
      await pages.stop();
    }
  },
};

async function measured(bench: Bench, pages: BenchPages): Promise<FigureRow[]> {
  const found = PAGES.map(({ what }) => ({ what, rounds: [] as Round[] }));
  for (const { path, marker } of PAGES) for (let i = 0; i < WARM_UP; i++) await pages.load(path, marker);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, { path, marker }] of PAGES.entries())
      found[index]?.rounds.push(await roundOf(bench, pages, path, marker));
  return found.map(({ what, rounds }) => {
    const least = (of: (round: Round) => number) => Math.min(...rounds.map(of));
    const p95 = least((round) => percentile(round.times, 0.95));
    const isPromised = !what.startsWith("reference");
    return {
      what,
      value: `p50 ${ms(least((round) => percentile(round.times, 0.5)))}, p95 ${ms(p95)}; processor: app ${ms(least(({ app }) => app))}, Postgres ${ms(least(({ postgres }) => postgres))}; ${Math.round((rounds[0]?.bytes ?? 0) / 1024)} KiB`,
      reference: isPromised ? `p95 below ${PROMISED_MS} ms${p95 >= PROMISED_MS ? ": MISSED" : ""}` : undefined,
    };
  });
}

/** Times in ms; processor time per page. */
type Round = { times: number[]; app: number; postgres: number; bytes: number };

async function roundOf(bench: Bench, { load, server }: BenchPages, path: string, marker: RegExp): Promise<Round> {
  const times: number[] = [];
  let bytes = 0;
  const cost = await processorTime(server, bench.adminUrl, async () => {
    for (let i = 0; i < SAMPLES; i++) {
      const page = await load(path, marker);
      if (Number.isNaN(page.rows)) throw new Error(`${path} has no ${marker}`);
      times.push(page.whole);
      bytes = page.bytes;
    }
  });
  const each = (us: number | null) => (us ?? Number.NaN) / 1_000 / SAMPLES;
  return { times, app: each(cost.app), postgres: each(cost.postgres), bytes };
}
