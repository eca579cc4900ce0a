import { ShieldCheck } from "lucide-react";
import { Button } from "@/components/ui/button";
import { FieldsForm, type FormAction } from "@/components/ui/fields-form";
import { Link } from "@/components/ui/link";

export type TwoFactorNoticeProps = {
  /** The organizations that require two factors, if this log-in has not proved them; otherwise empty. */
  lockedOut: { id: string; name: string }[];
  /** They have a second factor or a passkey, but did not use it to log in. */
  hasOne: boolean;
  /** The project they wanted to open; null for none. */
  projectId: string | null;
};

type Props = TwoFactorNoticeProps & { logInAgain: FormAction };

/** On the account page, for members kept out of a project: why, and how to get in. */
export function TwoFactorNotice({ lockedOut, hasOne, projectId, logInAgain }: Props) {
  const isDone = lockedOut.length === 0;
  return (
    <section aria-labelledby="two-factor-notice" className="px-4 pb-7 sm:px-6">
      <div className="grid max-w-3xl gap-3 rounded-lg border bg-accent px-4 py-3.5 text-accent-foreground text-sm">
        <h2 id="two-factor-notice" className="flex gap-2 font-medium">
          <ShieldCheck aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          {isDone
            ? "You can continue"
            : `${lockedOut.map(({ name }) => name).join(" and ")} ${lockedOut.length > 1 ? "require" : "requires"} two factors`}
        </h2>
        {isDone ? <p>You logged in with two factors.</p> : <Why hasOne={hasOne} />}
        <div className="flex flex-wrap gap-2">
          {isDone && projectId && (
            <Button asChild>
              <Link href={`/${projectId}/users`} prefetch={false}>
                Continue to the project
              </Link>
            </Button>
          )}
          {!isDone && hasOne && (
            <FieldsForm action={logInAgain} submit="Log in again" hidden={{ projectId: projectId ?? "" }} fields={[]} />
          )}
          {!isDone && !hasOne && (
            <>
              <Button asChild>
                <a href="#second-factor">Turn on a second factor</a>
              </Button>
              <Button asChild variant="outline">
                <a href="#passkeys">Add a passkey</a>
              </Button>
            </>
          )}
        </div>
      </div>
    </section>
  );
}

const Why = ({ hasOne }: { hasOne: boolean }) => (
  <p className="max-w-prose text-pretty">
    {hasOne
      ? "This log-in began without your second factor or passkey. Log in again with it."
      : "A password alone does not open these projects. Use a code from your phone as well, or log in with a passkey."}{" "}
    Projects of other organizations stay open.
  </p>
);
