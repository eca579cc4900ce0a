import { unstable_rethrow } from "next/navigation";
import * as React from "react";

/**
 * Everything that a page sends: it renders what renders without a browser, and collects every text in the tree and in
 * the props of components, which is what React sends to the browser of client components.
 */
export async function textsOf(node: unknown): Promise<string> {
  const texts: string[] = [];
  await visit(node, texts, new WeakSet(), 0);
  return texts.join("\n");
}

/** Without what differs between any two renderings. */
export const steady = (text: string): string =>
  text.replaceAll(/\d{13}/g, "NOW").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "NOW");

const MAX_DEPTH = 300;

type Element = { $$typeof: symbol; type: unknown; props: Record<string, unknown> };
const isElement = (value: object): value is Element => "$$typeof" in value && "props" in value;

async function visit(node: unknown, texts: string[], seen: WeakSet<object>, depth: number): Promise<void> {
  if (typeof node === "string" || typeof node === "number") return void texts.push(String(node));
  if (typeof node !== "object" || node === null || depth > MAX_DEPTH || seen.has(node)) return;
  seen.add(node);
  const on = (next: unknown) => visit(next, texts, seen, depth + 1);
  if (node instanceof Promise) return on(await node.catch(() => null));
  if (node instanceof Map || node instanceof Set || Array.isArray(node)) {
    for (const one of node) await on(one);
    return;
  }
  if (!isElement(node)) {
    for (const [name, value] of Object.entries(node)) {
      texts.push(name);
      await on(value);
    }
    return;
  }
  await on({ ...node.props });
  await on(await rendered(node));
}

async function rendered({ type, props }: Element): Promise<unknown> {
  const render = renderOf(type);
  if (!render) return null;
  try {
    return await withoutHooks(() => render(props, null));
  } catch (error) {
    unstable_rethrow(error);
    return null; // a client component: it uses hooks, and its props have been collected
  }
}

/** Where React finds the hooks of the component that renders; null outside of rendering. */
type Internals = { H: unknown };
const internals = Object.entries(React).find(([name]) =>
  name.startsWith("__CLIENT_INTERNALS"),
)?.[1] as unknown as Internals;

const refuseHook = (): never => {
  throw new Error("a hook");
};
/** Hooks that throw: with none, React would first print "Invalid hook call" for each client component. */
const NO_HOOKS = new Proxy({}, { get: () => refuseHook });

/** Runs a component, up to where it first waits: hooks come before that. */
function withoutHooks<T>(work: () => T): T {
  const before = internals.H;
  internals.H = NO_HOOKS;
  try {
    return work();
  } finally {
    internals.H = before;
  }
}

type Render = (props: object, ref: null) => unknown;
function renderOf(type: unknown): Render | null {
  if (typeof type === "function") return type.prototype?.isReactComponent ? null : (type as Render);
  if (typeof type !== "object" || type === null) return null;
  const { type: inner, render } = type as { type?: unknown; render?: unknown };
  return renderOf(render ?? inner);
}
