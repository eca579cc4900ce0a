import { accountHref } from "@/components/people/account";
import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import { PanelSection } from "@/components/person/insights";
import { Ago, type Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { Link } from "@/components/ui/link";
import type { AccountOfPerson } from "@/lib/accounts/page/person.queries";
import { pluralCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import { isAnonymousRef } from "@/lib/identity/person-ref";

type AccountsProps = {
  accounts: AccountOfPerson[];
  /** There are further accounts. */
  more: boolean;
  projectId: string;
  clock: Clock;
};

/** The accounts somebody belongs to, and their colleagues there. Renders nothing for somebody without any. */
export function PersonAccounts({ accounts, more, projectId, clock }: AccountsProps) {
  if (accounts.length === 0) return null;
  return (
    <PanelSection
      title={accounts.length === 1 ? "Account" : "Accounts"}
      hint={more && `the last ${accounts.length} they acted for`}
    >
      <ul className="grid grid-cols-1 gap-3">
        {accounts.map((account) => (
          <li key={account.id} className="grid grid-cols-1 gap-1.5">
            <span className="flex items-center gap-2.5">
              <Avatar name={account.name ?? account.id} company />
              <span className="grid min-w-0">
                <Link
                  href={accountHref(projectId, account.id)}
                  prefetch={false}
                  className="truncate rounded-sm font-medium text-sm hover:text-primary"
                >
                  {account.name ?? account.id}
                </Link>
                <span className="truncate text-muted-foreground text-xs">
                  {account.until === null
                    ? `${pluralCount(account.people, "member")}, since ${formatDate(account.since, clock.zone)}`
                    : `left ${formatDate(account.until, clock.zone)}`}
                </span>
              </span>
            </span>
            {account.colleagues.length > 0 && (
              <ul
                aria-label={`Colleagues at ${account.name ?? account.id}`}
                className="grid grid-cols-1 gap-0.5 pl-1 text-[13px]"
              >
                {account.colleagues.map((colleague) => (
                  <li key={colleague.ref} className="flex items-center gap-2">
                    <Avatar
                      name={personName(colleague)}
                      anonymous={isAnonymousRef(colleague.ref)}
                      className="size-5 text-[9px]"
                    />
                    <Link
                      href={userHref(projectId, colleague.ref)}
                      prefetch={false}
                      className="min-w-0 flex-1 truncate rounded-sm hover:text-primary"
                    >
                      {personName(colleague)}
                    </Link>
                    <Ago ts={colleague.lastAt} clock={clock} className="shrink-0 text-muted-foreground text-xs" />
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </PanelSection>
  );
}
