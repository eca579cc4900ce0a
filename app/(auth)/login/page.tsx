import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { LogInForm } from "@/components/auth/log-in-form";
import { currentMember } from "@/lib/auth/session";
import { localPath } from "@/lib/http/local-path";
import { logInAction } from "../actions";

export const metadata: Metadata = { title: "Log in" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function LogInPage({ searchParams }: Props) {
  const { next } = await searchParams;
  const path = localPath(typeof next === "string" ? next : "/");
  if (await currentMember()) redirect(path);
  return (
    <>
      <h1 className="mb-6 font-semibold text-xl tracking-tight">Log in</h1>
      <LogInForm action={logInAction} next={path} />
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
