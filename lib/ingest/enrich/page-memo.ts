import type { Context } from "@/lib/events/context";
import type { Visitor } from "@/lib/ingest/enrich/visitor";
import { addOnce, type PrivacyRules } from "@/lib/ingest/privacy/rules";
import type { JsonObject } from "@/lib/json";
import { contextOf, type Page } from "./context";

/**
 * The context of a request's message before, as the messages of a batch nearly always share their page: parsing its URL
 * is most of what a context costs, and a shared one lives once in memory. Of one request, so that sender and rules are
 * the same; remembers only pages that gave neither warnings nor query parameters, which each message has for itself.
 */
export class PageMemo {
  private page: Page = {};
  private visitor: Visitor | null = null;
  private context: Readonly<Context> | null = null;

  constructor(
    private readonly originHeader: string | null,
    private readonly domain: string | null,
    private readonly rules: PrivacyRules,
  ) {}

  /** Like `contextOf`; the context belongs to several operations and must not be changed. */
  contextOf(
    page: Page,
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

/** A campaign is an object of its own in each message: of the same page only if there is none. */
const isSame = (one: Page, other: Page): boolean =>
  one.path === other.path &&
  one.title === other.title &&
  one.referrer === other.referrer &&
  one.campaign === undefined &&
  other.campaign === undefined;
