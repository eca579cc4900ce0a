import { Eye } from "lucide-react";
import { Link } from "@/components/ui/link";

/** Above every page of the public demo. `hasAccount`: somebody is logged in, with projects of their own. */
export function GuestNotice({ hasAccount }: { hasAccount: boolean }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-accent px-4 py-2 text-accent-foreground text-sm sm:px-6">
      <Eye aria-hidden="true" className="size-4 shrink-0" />
      <span className="min-w-0 flex-1 text-pretty">
        <span className="font-medium">Demo.</span> The people and companies are invented. Look at anything; changes and
        downloads need an account.
      </span>
      <Link href={hasAccount ? "/" : "/signup"} className="rounded-sm font-medium underline underline-offset-2">
        {hasAccount ? "Your projects" : "Sign up"}
      </Link>
    </p>
  );
}
