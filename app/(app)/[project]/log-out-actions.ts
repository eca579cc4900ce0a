"use server";

import { redirect } from "next/navigation";
import { endSession } from "@/lib/auth/session";

/** Ends the session of this browser. */
export async function logOutAction(): Promise<void> {
  await endSession();
  redirect("/login");
}
