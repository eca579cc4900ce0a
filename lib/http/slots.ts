import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

/** How many slots one member, one organization and this process may have open at once. */
export type SlotLimits = { perMember: number; perOrganization: number; perProcess: number };

/**
 * Counts downloads and live views, which stay open while they are read, so that no member can use up everybody's share.
 * In memory, so limits are per process.
 */
export class Slots {
  private readonly counts = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly limits: SlotLimits,
    private readonly messages: { own: string; others: string; retryAfterSeconds: number },
  ) {}

  /**
   * Takes a slot and returns the function that releases it (safe to call twice). Throws `rate_limited` if the member or
   * their organization has too many open, `unavailable` if the process has.
   */
  take(scope: Scope): () => void {
    const { retryAfterSeconds } = this.messages;
    const member = scope.actor;
    const organization = `organization:${scope.organizationId ?? scope.projectId}`;
    if (this.count(member) >= this.limits.perMember || this.count(organization) >= this.limits.perOrganization) {
      throw new AppError("rate_limited", this.messages.own, { retryAfterSeconds });
    }
    if (this.total >= this.limits.perProcess)
      throw new AppError("unavailable", this.messages.others, { retryAfterSeconds });
    this.add(member, organization, 1);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.add(member, organization, -1);
    };
  }

  /** How many are open, for one holder or in all. */
  count(holder?: string): number {
    return holder === undefined ? this.total : (this.counts.get(holder) ?? 0);
  }

  private add(member: string, organization: string, change: 1 | -1): void {
    this.total += change;
    for (const holder of [member, organization]) {
      const count = this.count(holder) + change;
      if (count > 0) this.counts.set(holder, count);
      else this.counts.delete(holder);
    }
  }
}
