import type { IncomingHttpHeaders } from "node:http";
import { isInnerAddress } from "@/lib/http/network";

/**
 * Notices if requests come through proxies that TRUSTED_PROXIES does not count correctly. Anybody can forge the headers
 * that show it, so a single request means nothing, but most of the last hundred do.
 */

/** Headers that proxies add. Those that name the visitor's own address come first. */
const PROXY_HEADERS = [
  "cf-connecting-ip",
  "true-client-ip",
  "x-forwarded-for",
  "x-real-ip",
  "forwarded",
  "via",
  "x-forwarded-proto",
];
/** The share is an exponential average over about this many requests. */
const DECAY = 0.99;
/** How many requests must have come before anything is reported. */
const ENOUGH = 20;

/**
 * "uncounted": there is a proxy that is not counted; everybody behind it seems to come from one address. "overcounted":
 * there are fewer proxies than counted, so visitors can forge the address we take for theirs. `header` shows it.
 */
export type ProxyFault = { kind: "uncounted" | "overcounted"; header: string };

/** The fault that the settings alone imply: we speak plain http, so an https APP_URL means there is a proxy. */
export const proxyFaultOfSettings = (appUrl: string, trustedProxies: number): ProxyFault | null =>
  appUrl.startsWith("https:") && trustedProxies === 0 ? { kind: "uncounted", header: "the https of APP_URL" } : null;

type Watch = { requests: number; odd: number; fault: ProxyFault | null; advised: boolean };
const shared = globalThis as typeof globalThis & { throughlineProxies?: Watch };

/** The proxy fault of this one request; null for none. */
export function proxyFaultOf(headers: IncomingHttpHeaders, trustedProxies: number): ProxyFault | null {
  if (trustedProxies === 0) {
    const header = PROXY_HEADERS.find((name) => headers[name] !== undefined);
    return header === undefined ? null : { kind: "uncounted", header };
  }
  const hops = textOf(headers["x-forwarded-for"])
    .split(",", 50)
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  if (hops.length < trustedProxies) return { kind: "overcounted", header: "x-forwarded-for" };
  const seen = hops[hops.length - trustedProxies] ?? "";
  // The address at the visitor's position is one of our proxies', with somebody behind it.
  if (isInnerAddress(seen) && hops.length > trustedProxies) return { kind: "uncounted", header: "x-forwarded-for" };
  const named = PROXY_HEADERS.slice(0, 2).find((name) => textOf(headers[name]) !== "");
  return named !== undefined && textOf(headers[named]).trim() !== seen ? { kind: "uncounted", header: named } : null;
}

/** Called at startup: reports what the settings imply. Requests do not report it again. */
export function watchSettings(appUrl: string, trustedProxies: number, report: (text: string) => void): void {
  const fault = proxyFaultOfSettings(appUrl, trustedProxies);
  if (!fault) return;
  report(proxyAdvice(fault, trustedProxies));
  shared.throughlineProxies = { requests: 0, odd: 0, fault: null, advised: true };
}

/** Records a request; calls `report`, once per process, if most show a fault. Takes a microsecond. */
export function watchProxies(
  headers: IncomingHttpHeaders,
  trustedProxies: number,
  report: (text: string) => void,
): void {
  shared.throughlineProxies ??= { requests: 0, odd: 0, fault: null, advised: false };
  const watch = shared.throughlineProxies;
  const fault = proxyFaultOf(headers, trustedProxies);
  watch.requests = watch.requests * DECAY + 1;
  watch.odd = watch.odd * DECAY + (fault ? 1 : 0);
  if (fault) watch.fault = fault;
  const found = proxyFault();
  if (!found || watch.advised) return;
  watch.advised = true;
  report(proxyAdvice(found, trustedProxies));
}

/** The fault that most recent requests show; null for none, or while too few are known. */
export function proxyFault(): ProxyFault | null {
  const watch = shared.throughlineProxies;
  if (!watch || watch.requests < ENOUGH * DECAY ** ENOUGH || watch.odd < watch.requests / 2) return null;
  return watch.fault;
}

/** The fault of the settings or of most recent requests, in words; null for none. */
export function proxyAdviceNow(appUrl: string, trustedProxies: number): string | null {
  const fault = proxyFaultOfSettings(appUrl, trustedProxies) ?? proxyFault();
  return fault && proxyAdvice(fault, trustedProxies);
}

/** A proxy fault in words for the operator. */
export function proxyAdvice({ kind, header }: ProxyFault, trustedProxies: number): string {
  return kind === "uncounted"
    ? `Requests come through a proxy that TRUSTED_PROXIES (now ${trustedProxies}) does not count, as ${header} shows. Everybody behind it shares one address, for countries, visitors and limits alike. Set TRUSTED_PROXIES to the number of proxies in front of Throughline.`
    : `TRUSTED_PROXIES is ${trustedProxies}, but requests come through fewer proxies, as ${header} shows. So anybody can choose the address they seem to come from. Set it to the number of proxies in front of Throughline.`;
}

const textOf = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(",") : (value ?? "");
