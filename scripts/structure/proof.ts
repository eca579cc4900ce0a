import { type EntryPoint, importsIn, topLevelParts } from "./access";
import { codeOf } from "./sources";

/**
 * Functions that an unattended browser must not reach: an action that calls one of them without `requireRecent` fails a
 * test. They change ways to log in, owners or secrets, or erase. Machines have keys instead.
 */
const NEEDS_PROOF = [
  "addPasskey",
  "registrationOptions",
  "removePasskey",
  "linkProvider",
  "startLinking",
  "unlinkProvider",
  "changePassword",
  "requestEmail",
  "beginSecondFactor",
  "confirmSecondFactor",
  "endSecondFactor",
  "removeSecondFactor",
  "endLogInOf",
  "deleteMember",
  "deleteProject",
  "moveProject",
  "deleteOrganization",
  "demandTwoFactor",
  "setRole",
  "transferOwnership",
  "invite",
  "createClient",
  "rotateSecret",
  "rotateIdentifySecret",
  "newSelfServiceSecret",
  "createAlert",
  "renewSecret",
  "startBulk",
  "eraseByRef",
  "eraseAccount",
];

/** Names that a file imports under another name, by that one: "invite as inviteMember". */
const renamedIn = (file: string): Map<string, string> =>
  new Map([...codeOf(file).matchAll(/\b(\w+) as (\w+)/g)].map(([, name = "", as = ""]) => [as, name]));

/** The functions of NEEDS_PROOF that an entry calls, itself or by functions of its file. */
export function needsProof({ file, name }: Pick<EntryPoint, "file" | "name">, seen = new Set<string>()): string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const [parts, renamed] = [topLevelParts(file), renamedIn(file)];
  return [...(parts.get(name) ?? "").matchAll(/\b(\w+)\(/g)].flatMap(([, callee = ""]) => {
    const real = renamed.get(callee) ?? callee;
    if (importsIn(file).has(callee) && NEEDS_PROOF.includes(real)) return [real];
    return parts.has(callee) ? needsProof({ file, name: callee }, seen) : [];
  });
}
