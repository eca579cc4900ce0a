import type { Context } from "@/lib/events/context";
import type { Visitor } from "@/lib/ingest/enrich/visitor";
import { addOnce, type PrivacyRules } from "@/lib/ingest/privacy/rules";
import type { JsonObject } from "@/lib/json";
import { contextOf, type MessagePage } from "./context";

/**
 * Caches the context of the previous message of a request, as messages of a batch nearly always share their page: saves
 * parsing the URL, most of a context's cost, and shares one object. For one request only, so that sender and rules
 * never differ. Does not cache pages with warnings or query parameters: each message needs its own.
 */
export class PageMemo {
  private page: MessagePage = {};
  private visitor: Visitor | null = null;
  private context: Readonly<Context> | null = null;

  constructor(
    private readonly originHeader: string | null,
    private readonly domain: string | null,
    private readonly rules: PrivacyRules,
  ) {}

  /** Like `contextOf`, but several operations share the result: do not mutate it. */
  contextOf(
    page: MessagePage,
    visitor: Visitor | null,
    warnings: string[],
  ): { context: Readonly<Context>; query: JsonObject | null } {
    if (this.context && visitor === this.visitor && isSame(page, this.page)) {
      return { context: this.context, query: null };
    }
    const own: string[] = [];
    const read = contextOf(page, visitor, this.originHeader, this.domain, this.rules, own);
    for (const warning of own) addOnce(warnings, warning);
    this.page = page;
    this.visitor = visitor;
    this.context = own.length === 0 && read.query === null ? read.context : null;
    return read;
  }
}

/** Compares campaigns by identity: pages with a campaign are never the same. */
const isSame = (one: MessagePage, other: MessagePage): boolean =>
  one.path === other.path &&
  one.title === other.title &&
  one.referrer === other.referrer &&
  one.campaign === undefined &&
  other.campaign === undefined;
