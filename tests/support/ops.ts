import { afterAll } from "vitest";
import { stopAll } from "../ops/instance";
import { watchProcess } from "./process-state";

/** Runs before every test file of the `ops` project; files share their worker's modules. */
const restoreProcess = watchProcess();
afterAll(async () => {
  await stopAll();
  restoreProcess();
});
