import type { Metadata } from "next";
import { Logo } from "@/components/logo";
import { NewProjectForm } from "@/components/settings/new-project-form";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { requireLogin } from "@/lib/auth/guard";
import { PROJECT_SETTINGS } from "@/lib/projects/setting-list";
import { createProjectAction } from "./actions";

export const metadata: Metadata = { title: "New project" };

const { recognition } = PROJECT_SETTINGS;

export default async function NewProjectPage() {
  await requireLogin("/projects/new");
  return (
    <div className="min-h-dvh bg-sidebar">
      <header className="flex items-center justify-between px-4 py-5 sm:px-6">
        <Link href="/" className="inline-flex rounded-sm">
          <Logo />
        </Link>
        <Button asChild variant="ghost" size="sm">
          <Link href="/">Cancel</Link>
        </Button>
      </header>
      <main className="mx-auto max-w-xl px-4 pt-[4vh] pb-16">
        <h1 className="mb-1.5 font-semibold text-xl tracking-tight">New project</h1>
        <p className="mb-6 text-muted-foreground text-sm">A project holds the users of one product or website.</p>
        <NewProjectForm
          action={createProjectAction}
          recognition={{ legend: recognition.label, cards: [...recognition.choices] }}
        />
      </main>
    </div>
  );
}
