import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessPage } from "./structure/access";
import { ROOT } from "./structure/sources";

/** Writes docs/access.md anew. */
writeFileSync(join(ROOT, "docs/access.md"), accessPage());
