import { cpus, loadavg, totalmem } from "node:os";
import type { Result } from "./trial";

const HEAD = `# Faults under load
\`npm run chaos\` injects each fault into a running instance under a moderate stream of events and compares what was acknowledged with what is stored. 16 senders, a quarter of them without message ids (like OpenPanel's SDKs), and the Node SDK with its own queue and retries. A whole run writes this page; [operations](operations.md#what-happens-when) says what each fault means, and which tests of \`npm test\` inject it.

- **acknowledged, lost, twice**: events answered 200, or delivered by the SDK; of them not stored; stored twice although they have a message id.
- **twice without id**: of those without a message id, whose senders repeat a 503, as OpenPanel's do.
- **answers**: requests by status; *no answer* means that the connection broke. 500, 4xx and a 503 without \`Retry-After\` would break the guarantee.
- **again after**: from the end of the fault until every sender was served again, without anybody's help.
- **longest wait**: of a sender for one answer.
- **memory**: resident, all of the app's processes, before the fault and at most; 300 MiB more would break the guarantee.
`;

/** The table of docs: one row a fault. */
export function tableOf(
  results: readonly Result[],
  { untried, together }: { untried: readonly string[]; together: boolean },
): string {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  const rows = results.map((result) => `| ${cells(result).join(" | ")} |`);
  return [
    HEAD,
    `${new Date().toISOString().slice(0, 10)}, ${machine}; app, Postgres and senders on this one machine, ${together ? "five instances at the same time (`--together`)" : "one instance at a time"}, load average ${loadavg()[1]?.toFixed(0)} at the end.\n`,
    "| fault | acknowledged | lost | twice | twice without id | answers | again after | longest wait | memory MiB | result |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    ...(untried.length > 0 ? ["", "Not tried in this run:", ...untried.map((one) => `- ${one}`)] : []),
    "",
  ].join("\n");
}

const seconds = (ms: number | null): string => (ms === null ? "never" : `${(ms / 1_000).toFixed(1)} s`);
const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

function cells(result: Result): (string | number)[] {
  const { verdict, statuses, broken, notes } = result;
  const answers = [...statuses].sort().map(([status, count]) => `${status}: ${count}`);
  return [
    result.fault,
    verdict.acknowledged,
    verdict.lost,
    verdict.twice,
    verdict.twiceWithoutId,
    answers.join(", "),
    seconds(result.recoveryMs),
    seconds(result.longestMs),
    `${mebibytes(result.memoryBefore)} → ${mebibytes(result.memoryPeak)}`,
    [broken.length === 0 ? "held" : `**broken**: ${broken.join("; ")}`, notes].filter(Boolean).join("; "),
  ];
}
