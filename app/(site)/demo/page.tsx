import { notFound, redirect } from "next/navigation";
import { guestProject } from "@/lib/projects/guest-project.queries";

export const dynamic = "force-dynamic";

/** The link to the public demo: its id changes when the operator makes another. 404 where none is open. */
export default async function DemoPage() {
  const open = await guestProject();
  if (!open) notFound();
  redirect(`/${open.project.id}/users`);
}
