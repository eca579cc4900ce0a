import type { Figure } from "../support";
import { claim } from "./claim";
import { growth } from "./growth";
import { ingest } from "./ingest";
import { lists } from "./lists";
import { persons } from "./persons";

/** Every figure, in the order they are measured and printed. */
export const figures: readonly Figure[] = [claim, persons, lists, growth, ingest];
