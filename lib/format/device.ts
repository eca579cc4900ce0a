/** "mobile" → "Mobile" */
export const deviceLabel = (device: string | null): string | null =>
  device && device.charAt(0).toUpperCase() + device.slice(1);

/** Common names: "Microsoft Edge 141" → "Edge 141", "Samsung Internet for Android 28" → "Samsung Internet 28" */
export const browserLabel = (browser: string | null): string | null =>
  browser === null ? null : browser.replace(/^Microsoft /, "").replace(/ for (Android|iOS)\b/, "");
