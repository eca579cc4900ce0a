import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LogInForm } from "@/components/auth/log-in-form";
import { PasskeyButton } from "@/components/auth/passkey-button";
import { ProviderButtons } from "@/components/auth/provider-buttons";
import { ErrorMessage } from "@/components/ui/error-message";
import { Link } from "@/components/ui/link";
import { providers } from "@/lib/auth/provider-list";
import { faultSentence } from "@/lib/auth/providers/faults";
import { currentMember } from "@/lib/auth/session";
import { localPath } from "@/lib/http/local-path";
import { logInAction } from "../actions";
import { leaveAction } from "../provider-actions";
import { logInChallengeAction, passkeyLogInAction } from "./passkey-actions";

export const metadata: Metadata = { title: "Log in" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function LogInPage({ searchParams }: Props) {
  const { next, fault, with: provider, deleted } = await searchParams;
  const path = localPath(typeof next === "string" ? next : "/");
  if (await currentMember()) redirect(path);
  const sentence = faultSentence(fault, provider);
  const offered = providers().map(({ id, name }) => ({ id, name }));
  return (
    <>
      <h1 className="mb-6 font-semibold text-xl tracking-tight">Log in</h1>
      {deleted === "1" && (
        <p role="status" className="mb-4 text-sm">
          Your account was deleted.
        </p>
      )}
      {sentence && (
        <div className="mb-4">
          <ErrorMessage>{sentence}</ErrorMessage>
        </div>
      )}
      <LogInForm action={logInAction} next={path} />
      <PasskeyButton next={path} challenge={logInChallengeAction} logIn={passkeyLogInAction} />
      <ProviderButtons providers={offered} verb="Log in with" next={path} action={leaveAction} />
      <p className="mt-6 text-muted-foreground text-sm">
        <Link href="/forgot" className="rounded-sm font-medium text-primary underline-offset-4 hover:underline">
          Forgot your password?
        </Link>
      </p>
      <p className="mt-2 text-muted-foreground text-sm">
        New here?{" "}
        <Link href="/signup" className="rounded-sm font-medium text-primary underline-offset-4 hover:underline">
          Create an account
        </Link>
      </p>
    </>
  );
}
