/** A text that is HTML already. Only `html` creates it. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | null | false | readonly Part[];

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const partOf = (part: Part): string => {
  if (part instanceof Html) return part.text;
  if (part === null || part === false) return "";
  if (typeof part === "object") return part.map(partOf).join("");
  return String(part).replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
};

/** HTML by template; values are escaped, also for quoted attributes, unless they are `Html`. Null and false are "". */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(texts.map((text, i) => (i === 0 ? text : partOf(parts[i - 1] ?? null) + text)).join(""));
