import { CopyButton } from "@/components/ui/copy-button";

/** Code with a copy button and its file or language above. */
export function CodeBlock({ language, file, code }: { language: string; file?: string; code: string }) {
  return (
    <figure className="my-5 overflow-hidden rounded-lg border bg-sidebar">
      <figcaption className="flex h-9 items-center justify-between border-b pr-1 pl-3.5 text-muted-foreground text-xs">
        <span className="font-mono">{file ?? language}</span>
        <CopyButton value={code} label="Copy" className="h-7" aria-label="Copy this code" data-copies-code="" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard */}
      <section tabIndex={0} aria-label="Code" className="overflow-x-auto outline-offset-[-2px]">
        <pre className="p-3.5 font-mono text-[13px] text-foreground leading-5.5">
          <code>{code}</code>
        </pre>
      </section>
    </figure>
  );
}
