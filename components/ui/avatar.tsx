import { UserRound } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { Picture } from "@/components/ui/picture";

/** Hues, in degrees, that stay readable and calm as initials on their own tint. */
const HUES = [15, 45, 90, 140, 175, 215, 250, 290, 330];

function hueOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return HUES[Math.abs(hash) % HUES.length] as number;
}

/** "Ada Lovelace" → "AL"; "ada@example.com" → "A". */
function initials(name: string): string {
  const words = name
    .replace(/@.*/, "")
    .split(/[\s._-]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase() || "?";
}

/** "user-1042", "~42": an id, whose first letters mean nothing. */
const isBareId = (name: string): boolean => /\d/.test(name) && !/[\s@]/.test(name);

/** `src`: a path of this app (components/people/row.ts, pictureHref), never a URL that a customer sent. */
type AvatarProps = { name: string; src?: string | null; anonymous?: boolean; company?: boolean; className?: string };

/**
 * Initials, or a figure for people known only by an id, covered by the picture if the project shows pictures; dashed
 * for anonymous people, square for companies. Decorative: the name is beside it.
 */
export function Avatar({ name, src, anonymous, company, className }: AvatarProps) {
  const hue = hueOf(name);
  return (
    <span
      aria-hidden="true"
      className={cn(
        "relative inline-flex size-7 shrink-0 select-none items-center justify-center overflow-hidden rounded-full font-medium text-2xs",
        anonymous
          ? "border border-input border-dashed text-muted-foreground"
          : "bg-[oklch(0.93_0.045_var(--hue))] text-[oklch(0.38_0.09_var(--hue))] dark:bg-[oklch(0.34_0.055_var(--hue))] dark:text-[oklch(0.88_0.06_var(--hue))]",
        company && "rounded-md",
        className,
      )}
      style={{ "--hue": hue } as React.CSSProperties}
    >
      {!company && isBareId(name) ? <UserRound className="size-1/2" /> : initials(name)}
      {src && <Picture src={src} />}
    </span>
  );
}
