import type { Context } from "@/lib/events/context";
import type { Visitor } from "@/lib/ingest/enrich/visitor";
import { addOnce, type PrivacyRules } from "@/lib/ingest/privacy/rules";
import type { JsonObject } from "@/lib/json";
import { contextOf, type Page } from "./context";

/**
 * Remembers the context of the previous message of a request, because the messages of a batch nearly always share their
 * page: parsing the URL is most of a context's cost, and the shared object is in memory once. Belongs to one request,
 * so sender and rules never differ. Pages that gave warnings or query parameters are not remembered: each message needs
 * its own.
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

/** Each message has its own campaign object, so pages with a campaign never count as the same. */
const isSame = (one: Page, other: Page): boolean =>
  one.path === other.path &&
  one.title === other.title &&
  one.referrer === other.referrer &&
  one.campaign === undefined &&
  other.campaign === undefined;
