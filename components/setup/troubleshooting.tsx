import { ChevronDown } from "lucide-react";
import { Link } from "@/components/ui/link";

type TroubleshootingProps = {
  /** The only site that may send events; null: any. */
  domain: string | null;
  origin: string;
  projectId: string;
};

/** What keeps events from arriving, most frequent first, with remedies. */
export function Troubleshooting({ domain, origin, projectId }: TroubleshootingProps) {
  return (
    <details className="group mt-3 text-sm">
      <summary className="inline-flex list-none items-center gap-1 rounded-sm text-muted-foreground hover:text-foreground [&::-webkit-details-marker]:hidden">
        Nothing arriving?
        <ChevronDown aria-hidden="true" className="size-3.5 transition-transform group-open:rotate-180" />
      </summary>
      <ul className="mt-2 grid list-disc gap-1.5 pl-4 text-muted-foreground marker:text-muted-foreground">
        {domain && (
          <li>
            Only pages on <span className="font-mono text-foreground text-xs">{domain}</span> may send events. On
            localhost or a preview, add that address to{" "}
            <Link href={`/${projectId}/settings`} className="font-medium text-primary hover:underline">
              Settings
            </Link>
            .
          </li>
        )}
        <li>
          Does the page contain the snippet? Check its source in the browser, not in your editor: builds and caches may
          serve an older one.
        </li>
        <li>
          An ad blocker may stop it. Try another browser, then{" "}
          <Link href="/docs/proxy" className="font-medium text-primary hover:underline">
            serve the script from your own domain
          </Link>
          .
        </li>
        <li>
          If your site sends a Content-Security-Policy, allow{" "}
          <span className="font-mono text-foreground text-xs">{origin}</span> in script-src and connect-src.
        </li>
        <li>
          Visits by crawlers, and by browsers that send Global Privacy Control, are not stored; the{" "}
          <Link href={`/${projectId}/settings/debugger`} className="font-medium text-primary hover:underline">
            debugger
          </Link>{" "}
          shows each refusal with its reason.
        </li>
      </ul>
    </details>
  );
}
