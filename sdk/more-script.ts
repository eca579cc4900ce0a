import { addMore } from "./more";
import type { CoreClient } from "./types";

/** The second script's entry. Before calls that wait, so that they find what it adds. */
type Extend = ["extend", ...Parameters<CoreClient["extend"]>];
type Op = ((...call: Extend) => void) & { q?: unknown };

const { op } = window as Window & { op?: Op };
const call: Extend = ["extend", addMore];
if (Array.isArray(op?.q)) op.q.splice(1, 0, call);
else op?.(...call);
