import {
  curlSnippet,
  identifySnippet,
  nextSnippet,
  nodeInstallSnippet,
  nodeSdkSnippet,
  nodeSnippet,
  npmInstallSnippet,
  npmSnippet,
  proxiedSnippet,
  reactSnippet,
  type SnippetStep,
  scriptSnippet,
} from "@/lib/format/snippet";

/** The code that the app shows and the browser tests run, under the names the documentation uses. */
const INPUT = { clientId: "YOUR_CLIENT_ID", origin: "https://YOUR_THROUGHLINE" };

type Snippet = { language: SnippetStep["language"]; file?: string; code: string };

const SNIPPETS: Record<string, Snippet> = {
  script: { language: "html", code: scriptSnippet(INPUT) },
  proxied: { language: "html", code: proxiedSnippet(INPUT) },
  identify: { language: "js", code: identifySnippet() },
  next: { language: "tsx", file: "app/layout.tsx", code: nextSnippet(INPUT) },
  "npm-install": { language: "bash", code: npmInstallSnippet(INPUT) },
  npm: { language: "ts", file: "throughline.ts", code: npmSnippet(INPUT) },
  react: { language: "tsx", file: "ThroughlineUser.tsx", code: reactSnippet() },
  node: { language: "js", code: nodeSnippet(INPUT) },
  "node-install": { language: "bash", code: nodeInstallSnippet(INPUT) },
  "node-sdk": { language: "ts", file: "throughline.ts", code: nodeSdkSnippet(INPUT) },
  curl: { language: "bash", code: curlSnippet(INPUT) },
};

/** The snippet with a name; throws if there is none, so that a typo fails the build. */
export function snippetNamed(name: string): Snippet {
  const snippet = SNIPPETS[name];
  if (!snippet) throw new Error(`The documentation asks for the snippet '${name}', which does not exist.`);
  return snippet;
}

export type TypeMember = { name: string; type: string; text: string; optional: boolean };

/**
 * The members of `export type <name> = { … }` in a source file of the SDK, with the comment above each, for the options
 * page. A member without a comment has that of the previous one. Throws if the type does not exist.
 */
export function typeMembersOf(source: string, name: string): TypeMember[] {
  const start = source.indexOf(`export type ${name} = {`);
  if (start === -1) throw new Error(`The SDK has no type ${name}.`);
  const body = source.slice(source.indexOf("{", start) + 1, source.indexOf("\n};", start));
  const members: TypeMember[] = [];
  let text = "";
  for (const [, comment, key, mark, type] of body.matchAll(
    /\/\*\*\s*([\s\S]*?)\s*\*\/|^ {2}(\w+)(\??)(?::\s*|(?=\())(.*);$/gm,
  )) {
    if (comment !== undefined) text = comment.replace(/\s*\n\s*\*\s?/g, " ");
    else if (key) members.push({ name: key, optional: mark === "?", type: (type ?? "").trim(), text });
  }
  return members;
}
