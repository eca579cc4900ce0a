/**
 * Marks work that is started early and awaited further down: its failure is thrown where it is awaited. Until then Node
 * would consider the rejection unhandled and end the process.
 */
export function awaitedLater<Work extends readonly Promise<unknown>[]>(...works: Work): Work {
  for (const work of works) work.catch(() => {});
  return works;
}

/** Resolves when the work is over, however it ended; its failure is thrown where the work itself is awaited. */
export const settled = async (work: Promise<unknown> | undefined): Promise<void> => {
  await work?.catch(() => {});
};
