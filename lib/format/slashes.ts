/** The text without trailing slashes. Linear: /\/+$/ is not, as it restarts at each slash. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end--;
  return text.slice(0, end);
}
