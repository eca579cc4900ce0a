/**
 * All that a page of the documentation does in the browser: copying code, "/" for the search field, and what was
 * searched in it. React's versions of these (components/docs) work where Next's own scripts are loaded.
 */
export const DOCS_SCRIPT = `(() => {
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
