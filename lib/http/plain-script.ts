/** Makes a page follow changes of the system's colour scheme; the layout's own script sets the initial one. */
const FOLLOW_COLOURS = `matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch {}
  if (chosen && chosen !== "system") return;
  const theme = matches ? "dark" : "light";
  const page = document.documentElement;
  page.classList.remove("light", "dark");
  page.classList.add(theme);
  page.style.colorScheme = theme;
});`;

/**
 * What documentation pages do in the browser: copy code, focus the search field on "/", and fill in the last search.
 * React's versions of it (components/docs) work if Next's own scripts are loaded.
 */
const DOCS = `(() => {
  const field = document.querySelector("input[name=q]");
  if (field && !field.value) field.value = new URLSearchParams(location.search).get("q") || "";
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.metaKey || event.ctrlKey || event.altKey || !field) return;
    if (event.target.closest && event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("[data-copies-code]");
    const code = button && button.closest("figure").querySelector("pre");
    if (!code) return;
    const [label] = button.getElementsByTagName("span");
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(code.textContent);
      label.textContent = "Copied";
    } catch {
      label.textContent = "The browser blocked copying";
    }
    setTimeout(() => { label.textContent = before; }, 1500);
  });
})();`;

/** Our one script in a page that is sent without Next's. */
export const plainScriptOf = (path: string): string => (path === "/" ? FOLLOW_COLOURS : `${FOLLOW_COLOURS}\n${DOCS}`);
