import { afterAll } from "vitest";
import { watchProcess } from "./process-state";

/** Runs before every test file of the `unit` project. */
afterAll(watchProcess());
