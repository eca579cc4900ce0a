import type { ReactNode } from "react";
import { renderToReadableStream } from "react-dom/server";

/** The page as HTML, with what its components wait for. */
export async function htmlOf(node: ReactNode): Promise<string> {
  const stream = await renderToReadableStream(node);
  await stream.allReady;
  return new Response(stream).text();
}

/** What a reader of the HTML sees, with one space between texts. */
export const seenIn = (html: string): string =>
  html
    .replaceAll(/<!--.*?-->/g, "")
    .replaceAll(/<(?:script|style)\b.*?<\/(?:script|style)>/gs, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/&(?:#x27|quot|lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/\s+/g, " ");

const ENTITIES: Record<string, string> = { "&#x27;": "'", "&quot;": '"', "&lt;": "<", "&gt;": ">", "&amp;": "&" };
