/** `npm run check`, which a developer waits for. */
export const IS_CHECK = process.env.FEWER_CASES === "1";

/** How many generated cases a test tries: all, or a tenth in `npm run check`. */
export const cases = (all: number): number => (IS_CHECK ? Math.ceil(all / 10) : all);

/** The examples a slow test tries: all, or every tenth in `npm run check`. */
export const examples = <Example>(all: readonly Example[]): readonly Example[] =>
  IS_CHECK ? all.filter((_example, index) => index % 10 === 0) : all;
