import { flagPath } from "@/lib/format/place";

type FlagProps = { country: string | null; label?: string };

/**
 * A country's flag as an image, as many systems render the emoji as two letters. Renders nothing for an unknown code.
 * `label`: the alternative text where the country's name is not beside it.
 */
export function Flag({ country, label }: FlagProps) {
  const path = flagPath(country);
  return path === null ? null : <FlagImage path={path} label={label} />;
}

/** The same, from a known path. */
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
