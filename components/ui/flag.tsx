import { flagPath } from "@/lib/format/place";

type FlagProps = { country: string | null; label?: string };

/**
 * A country's flag as a picture: many systems draw the emoji as two letters. Nothing for what is no country. `label` is
 * what it says where the country's name does not stand beside it.
 */
export function Flag({ country, label }: FlagProps) {
  const path = flagPath(country);
  return path === null ? null : <FlagImage path={path} label={label} />;
}

/** The same where the path was worked out before. */
export const FlagImage = ({ path, label }: { path: string; label?: string }) => (
  // biome-ignore lint/performance/noImgElement: a static SVG of 300 bytes gains nothing from Next's image optimizer
  <img
    src={path}
    alt={label ?? ""}
    title={label}
    width={18}
    height={12}
    loading="lazy"
    className="mr-1.5 inline-block h-3 w-[18px] rounded-[2px] align-[-0.08em] ring-1 ring-foreground/10"
  />
);
