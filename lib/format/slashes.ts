/** The text without the slashes at its end. Linear: /\/+$/ is not, as it starts anew at each slash. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end--;
  return text.slice(0, end);
}
