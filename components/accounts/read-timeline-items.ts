import "server-only";
import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import { toItem } from "@/components/timeline/item";
import { withAccountNames } from "@/components/timeline/read-account-names";
import type { ReadItems } from "@/components/timeline/read-page";
import type { Scope } from "@/lib/scope";
import { listAccountEvents } from "@/lib/timeline/account-timeline.queries";

/** The joint timeline of an account's people. */
export const accountItems =
  (scope: Scope, accountId: string): ReadItems =>
  async (options) => {
    const { rows, next } = await listAccountEvents(scope, accountId, { ...options, includeProperties: true });
    const items = rows.map(({ person, ...event }) => ({
      ...toItem(event),
      who: { name: personName(person), href: userHref(scope.projectId, person.ref) },
    }));
    return { items: await withAccountNames(scope, items), next };
  };
