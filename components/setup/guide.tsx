import { CopyButton } from "@/components/ui/copy-button";
import type { InstallGuide } from "@/lib/format/snippet";

/** The steps of an installation method, with code to copy. */
export function InstallSteps({ guide }: { guide: InstallGuide }) {
  return (
    <ol className="grid gap-6">
      {guide.steps.map((step, index) => (
        <li key={step.title} className="min-w-0">
          <div className="mb-2 flex items-center gap-2.5">
            <span
              aria-hidden="true"
              className="flex size-5.5 items-center justify-center rounded-full bg-muted font-medium text-2xs tabular-nums"
            >
              {index + 1}
            </span>
            <h2 className="font-medium text-sm">{step.title}</h2>
          </div>
          <figure className="overflow-hidden rounded-lg border bg-sidebar">
            <figcaption className="flex h-9 items-center justify-between border-b pr-1 pl-3.5 text-muted-foreground text-xs">
              <span className="font-mono">{step.file ?? step.language}</span>
              <CopyButton value={step.code} label="Copy" className="h-7" aria-label={`Copy: ${step.title}`} />
            </figcaption>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard */}
            <section tabIndex={0} aria-label={`Code: ${step.title}`} className="overflow-x-auto outline-offset-[-2px]">
              <pre className="p-3.5 font-mono text-xs leading-5">
                <code>{step.code}</code>
              </pre>
            </section>
          </figure>
        </li>
      ))}
    </ol>
  );
}
