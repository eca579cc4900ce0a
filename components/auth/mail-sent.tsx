import { MailCheck } from "lucide-react";
import { Link } from "@/components/ui/link";

const STEPS = ["Open the link in the e-mail. It works for three days.", "Enter the password you just chose."];
const THEN = {
  newcomer: "Paste the snippet into your site, and see your first event arrive.",
  invited: "You are in the team, and see its projects.",
};

/** Shown after a sign-up by mail, the same for every address. `isInvited`: by a link to join a team. */
export function MailSent({ isInvited }: { isInvited: boolean }) {
  return (
    <>
      <MailCheck aria-hidden="true" className="mb-3 size-6 text-primary" />
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">Check your e-mail</h1>
      <p className="text-pretty text-muted-foreground text-sm">
        We sent a link to the address you entered. If the address has an account already, the e-mail says so.
      </p>
      <ol className="mt-5 grid gap-2.5 border-t pt-5 text-sm">
        {[...STEPS, isInvited ? THEN.invited : THEN.newcomer].map((step, index) => (
          <li key={step} className="flex gap-2.5">
            <span aria-hidden="true" className="font-medium text-primary tabular-nums">
              {index + 1}
            </span>
            {step}
          </li>
        ))}
      </ol>
      <p className="mt-6 text-pretty text-muted-foreground text-sm">
        No mail after a minute? Look in your spam folder, or{" "}
        {isInvited ? (
          "open the invitation again and check the address."
        ) : (
          <>
            <Link href="/signup" className="rounded-sm font-medium text-primary underline-offset-4 hover:underline">
              check the address and sign up again
            </Link>
            .
          </>
        )}
      </p>
    </>
  );
}
