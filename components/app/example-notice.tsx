import { FlaskConical } from "lucide-react";
import { Link } from "@/components/ui/link";

/** Above every page of an example project. `deleteAt`: for those who may delete it. */
export function ExampleNotice({ deleteAt }: { deleteAt: string | null }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-accent px-4 py-2 text-accent-foreground text-sm sm:px-6">
      <FlaskConical aria-hidden="true" className="size-4 shrink-0" />
      <span className="min-w-0 flex-1 text-pretty">
        <span className="font-medium">Example.</span> The people and companies are invented. Try anything.
      </span>
      {deleteAt && (
        <Link href={deleteAt} className="rounded-sm font-medium underline underline-offset-2">
          Delete
        </Link>
      )}
    </p>
  );
}
