import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessPage } from "./structure/access";
import { ROOT } from "./structure/sources";

/** Regenerates docs/access.md. */
writeFileSync(join(ROOT, "docs/access.md"), accessPage());
