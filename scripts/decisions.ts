import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decisionsPage } from "./structure/decisions";
import { ROOT } from "./structure/sources";

/** Regenerates docs/decisions/README.md. */
writeFileSync(join(ROOT, "docs/decisions/README.md"), decisionsPage());
