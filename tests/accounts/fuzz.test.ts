import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { someCases } from "@/tests/support/cases";
import { accountJourney } from "./journey";

/** Memberships, properties, unassigning, merges and erasures in any order of arrival (docs/accounts.md M1 to M9). */
test.each(Array.from({ length: 5 }, (_, i) => i))(
  "random sequences with corrections (series %i) match the model and a rebuild",
  async (series) => {
    for (let seed = series * 12; seed < series * 12 + someCases(6, 12); seed++) {
      const size = [8, 16, 30, 50][seed % 4] as number;
      expect(await accountJourney(pool(), seed, size), `seed ${seed}, ${size} operations`).toEqual([]);
    }
  },
);
