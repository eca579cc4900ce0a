import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import next from "next";
import { openedRoute } from "@/lib/access-log/routes";
import { config, formTargets, setOwnOrigin } from "@/lib/config";
import { endPools, flushPending, pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { openProcessLink } from "@/lib/db/process-link.store";
import { endReplica } from "@/lib/db/replica";
import { startRelay } from "@/lib/debugger/relay";
import { limitConsole, logFault, pathForLog } from "@/lib/faults/log";
import { asRequest, idFor } from "@/lib/faults/request-id";
import { answerRefusal, apiRefusal, joinSlashes, pageAddress, withoutHost } from "@/lib/http/address";
import { answerClientErrors } from "@/lib/http/client-error";
import { limitConnections } from "@/lib/http/connections";
import { foreignActionRefusal } from "@/lib/http/foreign-action";
import { isSecure } from "@/lib/http/forwarded";
import { endLiveStreams } from "@/lib/http/live";
import { clientAddress, isInnerAddress, networkOf } from "@/lib/http/network";
import { markReplicaReads } from "@/lib/http/own-change";
import { PagePolicies, readBuiltPages } from "@/lib/http/page-policies";
import { oneAtATime } from "@/lib/http/pipelining";
import { PREFETCH_HEADER, prefetchOf } from "@/lib/http/prefetch";
import { watchProxies, watchSettings } from "@/lib/http/proxy-watch";
import { GIVEN_HEADER, GUEST_HEADER, PATH_HEADER, queryNamesIn } from "@/lib/http/requested-path";
import { routerStateRefusal } from "@/lib/http/router-state";
import { UnderWay } from "@/lib/http/under-way";
import { setEraser } from "@/lib/ingest/corrections/eraser";
import { senderLimit } from "@/lib/ingest/http/sending-limits";
import { handlesIngest, nodeIngest } from "@/lib/ingest/serve";
import { startFacts } from "@/lib/jobs/facts";
import { startJobs } from "@/lib/jobs/start";
import { startStatistics } from "@/lib/jobs/statistics";
import { answerOperations, isOperationsPath, type OperationsSources } from "@/lib/operations/answer";
import { startProgressReports } from "@/lib/operations/catching-up";
import { createMetrics, type Metrics } from "@/lib/operations/metrics";
import { measureIngest, recordRequest, traceRequest } from "@/lib/operations/requests";
import { eraseUser } from "@/lib/privacy/erase";
import { guestProject, isOpenToGuests } from "@/lib/projects/guest-project.queries";
import { requireReadableKeys } from "@/lib/projects/secrets.store";
import { stopTracing } from "@/lib/trace/span";

/** Longer than the 60 s after which common proxies drop an idle connection, so that the proxy is the one to drop it. */
const KEEP_ALIVE_MS = 65_000;
/**
 * How long a request's head, and the whole request, may take to arrive; bodies have shorter limits
 * (lib/http/under-way).
 */
const HEADERS_MS = 10_000;
const REQUEST_MS = 120_000;
/** How often these limits are checked. */
const CHECK_MS = 2_000;
/** How long requests in flight may take to finish after a stop signal. */
const DRAIN_MS = 10_000;
const DRAIN_POLL_MS = 25;
/** How long the database connections may take to close. */
const GOODBYE_MS = 3_000;

/** A year, for this host only, as others of the domain may not be ours. Sent over https only, as browsers require. */
const HSTS = "max-age=31536000";

export type ServeOptions = {
  port: number;
  host?: string | undefined;
  dev: boolean;
  /** Whether to print warnings about the settings; of several processes, one does. */
  advises?: boolean;
  /** The text of /api/metrics, of several processes; by default of this one. */
  metricsOfAll?: () => Promise<string>;
};

export type RunningServer = {
  /** null without METRICS_TOKEN. */
  metrics: Metrics | null;
  /** Stops accepting, lets requests in flight finish (10 s at most), closes the database pools. Safe to call twice. */
  close(): Promise<void>;
};

/**
 * The production entry: one node:http server that answers ingest itself and hands everything else to Next. A Next route
 * handler tops out at about 1,900 requests/s on two cores; the same function here handles many times that. Rejects with
 * Node's error if the port is taken (EADDRINUSE) or privileged (EACCES).
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { port, host, dev } = options;
  // Reads the settings: an invalid one is reported now, not at the first request.
  if (config().LOG_FORMAT === "json") (await import("@/lib/faults/json-log")).logAsJson(config().LOG_LEVEL);
  limitConsole();
  // Before the pools, whose statements are traced.
  if (config().OTEL_EXPORTER_OTLP_ENDPOINT !== "") (await import("@/lib/trace/start")).startTracing(config());
  await requireReadableKeys(pool());
  setOwnOrigin(host, port);
  setEraser(eraseUser);
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: CHECK_MS,
  });
  limitConnections(server);
  answerClientErrors(server);
  const underWay = new UnderWay();
  let closing: Promise<void> | undefined;
  const app = next({ dev, dir: process.cwd(), port, hostname: host ?? "localhost", httpServer: server, quiet: !dev });
  await (dev ? app.prepare() : quietly(() => app.prepare()));
  const pages = app.getRequestHandler();
  const metrics = config().METRICS_TOKEN === "" ? null : createMetrics();
  const sources: OperationsSources = {
    metrics: options.metricsOfAll ?? (async () => metrics?.registry.metrics() ?? ""),
    isStopping: () => closing !== undefined,
  };
  const policies = dev ? null : pagePolicies(); // development renders pages with scripts that only it has
  const answer = oneAtATime(
    (request, response) => void route(request, response, { policies, pages, metrics, sources }),
  );
  server.on("request", (request, response) => {
    underWay.watch(request, response, accountable(request));
    answer(request, response);
  });
  server.listen(port, host);
  await once(server, "listening");
  if (options.advises ?? true) watchSettings(config().APP_URL, config().TRUSTED_PROXIES, console.warn);
  const relay = startRelay();
  const processLink = await openProcessLink(config().DATABASE_URL);
  const progress = startProgressReports(console.log);
  const jobs = startJobs();
  const statistics = startStatistics();
  const facts = startFacts();
  return {
    metrics,
    close: () => {
      // Only the facts are awaited: other jobs that are cut off resume at the next start.
      void jobs.stop();
      void statistics.stop();
      endLiveStreams();
      const worked = facts.stop();
      closing ??= drain(server).then(async () => {
        await app.close();
        await atMost(flushPending(), GOODBYE_MS); // the database may be gone already
        await atMost(worked, GOODBYE_MS);
        relay.stop();
        progress.stop();
        await atMost(processLink.stop(), GOODBYE_MS); // another process takes over the jobs
        await atMost(stopTracing(), GOODBYE_MS);
        await atMost(Promise.all([endPools(), endReplica(), prisma().$disconnect()]), GOODBYE_MS);
      });
      return closing;
    },
  };
}

/** Waits for `work`, but not for ever: a connection whose Postgres is gone may never close. */
async function atMost(work: Promise<unknown>, limitMs: number): Promise<void> {
  await Promise.race([work.catch(() => {}), sleep(limitMs)]);
}

/** Runs `work` without its console output: Next reports how long it took to read its configuration. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const { log } = console;
  console.log = () => {};
  try {
    await work();
  } finally {
    console.log = log;
  }
}

/** The network whose bodies are counted together; null for one that many share or that sent a valid secret. */
function accountable(request: IncomingMessage): string | null {
  const { remoteAddress = null } = request.socket;
  const address = clientAddress(remoteAddress, request.headers["x-forwarded-for"], config().TRUSTED_PROXIES);
  if (address === null || isInnerAddress(address) || senderLimit().isTrusted(address, Date.now())) return null;
  return networkOf(address);
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const pagePolicies = (): PagePolicies =>
  new PagePolicies(readBuiltPages(join(process.cwd(), config().NEXT_DIST_DIR)), formTargets(config()));

/** The edition is the process's own. A page that cannot say whether there is a demo is Next's to answer. */
const landingVariant = (): Promise<string | null> =>
  guestProject().then(
    (found) => (found === null ? "landing" : "landing with a demo"),
    () => null,
  );

/** `policies`: null in development. */
type Behind = { policies: PagePolicies | null; pages: Handler; metrics: Metrics | null; sources: OperationsSources };

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  { policies, pages, metrics, sources }: Behind,
): Promise<void> {
  const path = request.url?.split("?", 1)[0] ?? "/";
  const headers = { get: (name: string) => headerOf(request, name) };
  const secure = isSecure(headers);
  try {
    if (secure) response.setHeader("strict-transport-security", HSTS);
    // In development Next's own route handlers ingest events, as only Next's code reloads when it changes.
    if (policies && handlesIngest(joinSlashes(path), request.method)) {
      request.url = joinSlashes(request.url ?? "/");
      measureIngest(metrics, response);
      return await nodeIngest(request, response);
    }
    if (isOperationsPath(path)) return await answerOperations(path, request, response, sources);
    const id = idFor(headerOf(request, "x-request-id") ?? undefined, config().TRUSTED_PROXIES > 0);
    response.setHeader("x-request-id", id);
    if (path !== "/api/health") recordRequest(metrics, { id, method: request.method ?? "GET", path }, response);
    const refused = path.startsWith("/api/")
      ? apiRefusal(request.url ?? "/")
      : (foreignActionRefusal(request.method, headers) ?? routerStateRefusal(request.headers));
    if (refused) return answerRefusal(response, refused);
    const redirected = withoutHost(request.url ?? "/");
    if (redirected !== null) return void response.writeHead(308, { location: redirected }).end();
    request.url = pageAddress(request.url ?? "/");
    if (path !== "/api/health") watchProxies(request.headers, config().TRUSTED_PROXIES, console.warn);
    // Next trusts this header. Without a trusted proxy it only holds what we know: the address of the other end.
    if (config().TRUSTED_PROXIES === 0) request.headers["x-forwarded-for"] = request.socket.remoteAddress ?? "";
    const prefetch = prefetchOf(request.method, request.headers);
    if (prefetch === "browser" && openedRoute("GET", path, []) !== null) return declinePrefetch(response);
    request.headers[PREFETCH_HEADER] = prefetch ?? "";
    request.headers[PATH_HEADER] = request.url?.split("?", 1)[0];
    delete request.headers[GUEST_HEADER];
    if (await isOpenToGuests(path)) request.headers[GUEST_HEADER] = "1";
    request.headers[GIVEN_HEADER] = queryNamesIn(request.url ?? "/");
    markReplicaReads(request, response, secure);
    await asRequest(id, () =>
      traceRequest(id, request, response, async () => {
        if (await policies?.answer(request, response, path, landingVariant)) return;
        await pages(request, response);
      }),
    );
  } catch (error) {
    logFault(`${request.method} ${pathForLog(path)} failed`, error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

/**
 * A browser would show a page it fetched ahead without asking again, and the access log would miss that it was seen.
 * 503 is how a server declines; the browser then asks when somebody opens the page.
 */
function declinePrefetch(response: ServerResponse): void {
  response.writeHead(503, { "cache-control": "no-store" }).end();
}

/**
 * Resolves when no connection is left: idle ones are closed at once, busy ones after their answer, or by force after 10
 * s.
 */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), DRAIN_POLL_MS);
  const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(force);
}
