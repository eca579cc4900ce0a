import { CopyButton } from "@/components/ui/copy-button";

/** A text to copy, as plain Markdown. */
export function NoticeText({ text }: { text: string }) {
  return (
    <div className="rounded-lg border">
      <div className="flex items-center justify-between gap-3 border-b py-1.5 pr-2 pl-3.5">
        <p className="text-muted-foreground text-xs">Markdown, {text.split(/\s+/).length} words</p>
        <CopyButton value={text} label="Copy the text" />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard
        tabIndex={0}
        className="max-h-112 overflow-y-auto whitespace-pre-wrap break-words p-3.5 font-sans text-sm leading-relaxed"
      >
        {text}
      </pre>
    </div>
  );
}
