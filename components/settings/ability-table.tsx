import { Check } from "lucide-react";
import { ROLE_LABELS } from "@/components/settings/role-select";
import type { AbilityRow, Role } from "@/lib/permissions";

type Key = keyof AbilityRow["keys"];

const ROLES: Role[] = ["viewer", "editor", "admin", "owner"];
const KEY_LABELS: Record<Key, string> = { read: "Read key", write: "Write key", root: "Root key" };
const KEYS: Key[] = ["read", "write", "root"];

/** What each role and each kind of key may do. */
export function AbilityTable({ rows }: { rows: AbilityRow[] }) {
  return (
    // relative: hidden texts are positioned, and would widen the page from within
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a phone, so keys must reach it
    <section className="relative overflow-x-auto rounded-lg border" tabIndex={0} aria-label="What each role may do">
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b text-left text-muted-foreground text-xs">
            <th scope="col" className="px-3.5 py-2 font-medium">
              What
            </th>
            {ROLES.map((role) => (
              <th key={role} scope="col" className="px-2 py-2 text-center font-medium">
                {ROLE_LABELS[role]}
              </th>
            ))}
            {KEYS.map((key) => (
              <th key={key} scope="col" className="whitespace-nowrap px-2 py-2 text-center font-medium">
                {KEY_LABELS[key]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {rows.map(({ what, roles, keys }) => (
            <tr key={what}>
              {/* On a phone the next column is cut in half, which shows that there are more. */}
              <th scope="row" className="min-w-44 sm:min-w-48 px-3.5 py-2 text-left font-normal">
                {what}
              </th>
              {ROLES.map((role) => (
                <Cell key={role} isGiven={roles[role]} />
              ))}
              {KEYS.map((key) => (
                <Cell key={key} isGiven={keys[key]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ isGiven }: { isGiven: boolean }) {
  return (
    <td className="px-2 py-2 text-center">
      {isGiven ? (
        <>
          <Check aria-hidden="true" className="mx-auto size-4" />
          <span className="sr-only">yes</span>
        </>
      ) : (
        <span className="text-muted-foreground">
          <span aria-hidden="true">–</span>
          <span className="sr-only">no</span>
        </span>
      )}
    </td>
  );
}
