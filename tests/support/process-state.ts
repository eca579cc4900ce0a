import { vi } from "vitest";

/** Files share their worker's modules. The result undoes what this one changed there, to be called after its tests. */
export function watchProcess(): () => void {
  const environment = { ...process.env };
  return () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
    for (const key of Object.keys(process.env)) if (!(key in environment)) Reflect.deleteProperty(process.env, key);
    Object.assign(process.env, environment);
    for (const key of Object.keys(globalThis))
      if (key.startsWith("throughline")) Reflect.deleteProperty(globalThis, key);
  };
}
