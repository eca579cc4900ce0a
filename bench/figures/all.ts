import type { Figure } from "../support";
import { accountPage } from "./account-page";
import { accounts } from "./accounts";
import { claim } from "./claim";
import { cores } from "./cores";
import { growth } from "./growth";
import { ingest } from "./ingest";
import { lists } from "./lists";
import { persons } from "./persons";
import { retention } from "./retention";
import { stored } from "./stored";
import { traces } from "./traces";

/** All figures, in order of measurement. */
export const figures: readonly Figure[] = [
  claim,
  persons,
  lists,
  accounts,
  accountPage,
  growth,
  ingest,
  retention,
  cores,
  traces,
  stored,
];
