import { agentOf } from "./user-agent";

/**
 * The device of a log-in, as its owner would recognise it: "Chrome 141 on Windows". The header itself is not stored.
 */
export function deviceOf(headers: Pick<Headers, "get">): string {
  const { browser, os } = agentOf(headers.get("user-agent"));
  return [browser ?? "An unknown browser", os].filter((part) => part !== undefined).join(" on ");
}
