/**
 * Marks work that is started early and awaited later, where a failure is thrown. Without this, Node would treat an
 * earlier rejection as unhandled and end the process.
 */
export function awaitedLater<Work extends readonly Promise<unknown>[]>(...works: Work): Work {
  for (const work of works) work.catch(() => {});
  return works;
}

/** Resolves when the work has settled; a failure is thrown where the work itself is awaited. */
export const whenSettled = async (work: Promise<unknown> | undefined): Promise<void> => {
  await work?.catch(() => {});
};
