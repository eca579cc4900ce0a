import { HealthText } from "@/components/list/health";
import { Sparkline } from "@/components/list/sparkline";
import type { ListCell } from "@/components/people/row";
import { FlagImage } from "@/components/ui/flag";

/** One cell. The table handles clicks on its links. */
export function CellView({ cell, online }: { cell: ListCell | undefined; online?: boolean }) {
  if (!cell) return <Missing />;
  if (cell.iso) {
    return (
      <time dateTime={cell.iso} title={cell.title} className={online ? "text-positive" : undefined}>
        {cell.text}
      </time>
    );
  }
  if (cell.href) {
    return (
      <a href={cell.href} title={cell.title} className="-mx-1 rounded-sm px-1 hover:text-primary hover:underline">
        {cell.text}
      </a>
    );
  }
  if (cell.trend) {
    return (
      <span title={cell.text}>
        <span className="sr-only">{cell.text}</span>
        <Sparkline values={cell.trend} />
      </span>
    );
  }
  if (cell.health) return <HealthText state={cell.health} reason={cell.text} />;
  return (
    <span title={cell.title}>
      {cell.flag && <FlagImage path={cell.flag} />}
      {cell.text}
    </span>
  );
}

const Missing = () => (
  <>
    <span aria-hidden="true" className="text-muted-foreground/60">
      —
    </span>
    <span className="sr-only">None</span>
  </>
);
