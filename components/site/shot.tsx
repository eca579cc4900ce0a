/** The screenshots of the product that `npm run pictures` takes, by name, with their descriptions. */
export const SHOTS = {
  person: "A person's page: who they are, a year of activity, and their timeline visit by visit",
  session: "One visit step by step: each page, what was done on it, and how long it took",
  account: "A company's page: its people, which features they use and how that changes",
  compare: "Two groups side by side: what those who stayed did first, with intervals",
  risk: "Customers going quiet, each with a probability and a reason in words",
} as const;
export type ShotName = keyof typeof SHOTS;

/** CSS pixels. The files are larger, for dense screens. */
export const WIDE = { width: 1200, height: 750 };
export const NARROW = { width: 390, height: 520 };
/** Pixels per CSS pixel of the files. */
export const WIDE_SCALES = { "1x": 0.75, "2x": 1.5 } as const;
export const NARROW_SCALE = 2;
/** The viewports that get screenshots of the phone layout instead. */
const NARROW_MEDIA = "(max-width: 640px)";
const DARK = "(prefers-color-scheme: dark)";

export const pictureFile = (name: ShotName, size: string, scheme: "light" | "dark"): string =>
  `/pictures/${name}-${size}-${scheme}.webp`;

const wide = (name: ShotName, scheme: "light" | "dark"): string =>
  Object.entries(WIDE_SCALES)
    .map(([size, scale]) => `${pictureFile(name, size, scheme)} ${WIDE.width * scale}w`)
    .join(", ");

/** `sizes`: how wide it is shown. `eager`: it is on the first screen. */
export function Shot({ name, sizes, eager = false }: { name: ShotName; sizes: string; eager?: boolean }) {
  return (
    <picture>
      <source
        media={`${NARROW_MEDIA} and ${DARK}`}
        srcSet={pictureFile(name, "narrow", "dark")}
        width={NARROW.width}
        height={NARROW.height}
      />
      <source
        media={NARROW_MEDIA}
        srcSet={pictureFile(name, "narrow", "light")}
        width={NARROW.width}
        height={NARROW.height}
      />
      <source media={DARK} srcSet={wide(name, "dark")} sizes={sizes} />
      <img
        src={pictureFile(name, "1x", "light")}
        srcSet={wide(name, "light")}
        sizes={sizes}
        width={WIDE.width}
        height={WIDE.height}
        alt={SHOTS[name]}
        loading={eager ? "eager" : "lazy"}
        fetchPriority={eager ? "high" : "auto"}
        decoding="async"
        className="h-auto w-full rounded-lg border bg-card shadow-[0_20px_50px_-28px_rgb(0_0_0/0.35)] sm:rounded-xl"
      />
    </picture>
  );
}
