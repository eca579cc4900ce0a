import type { CorrectionText } from "@/components/identity/correction-dialog";

/** The wording of each correction, shared by every place that offers it. */
export function mergeText(names: readonly string[]): CorrectionText {
  const all = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return {
    title: `Merge ${all}?`,
    text: "They become one user with one timeline. No event is rewritten, so you can undo this at any time.",
    verb: "Merge",
    done: `${all} are now one user.`,
  };
}

export const separateText = (a: string, b: string): CorrectionText => ({
  title: `Separate ${a} from ${b}?`,
  text: "Each user id takes its own events, devices and properties with it, exactly as before they were merged.",
  verb: "Separate",
  done: `${a} is now a separate user.`,
});

export const detachText = (device: string, userId: string): CorrectionText => ({
  title: "Detach this device?",
  text: `Log-ins as ${userId} on ${device} until now no longer count. Its anonymous history leaves this user; what was sent with the user id stays.`,
  verb: "Detach",
  done: "The device was detached.",
});

export const attachText = (device: string, userId: string): CorrectionText => ({
  title: "Attach this device again?",
  text: `The log-ins as ${userId} on ${device} count again, as if it had never been detached.`,
  verb: "Attach again",
  done: "The device was attached again.",
});

/** Shortens a long id for use in a sentence. */
export const shortId = (id: string): string => (id.length > 24 ? `${id.slice(0, 20)}…` : id);
