/** `npm run check`, which a developer waits for. */
export const IS_CHECK = process.env.FEWER_CASES === "1";
/** `ALL_CASES=1 npm test`: before a release, and after a change of what the slow tests are about. */
const IS_THOROUGH = process.env.ALL_CASES === "1";

/** How many generated cases a test tries: all, or a tenth in `npm run check`. */
export const cases = (all: number): number => (IS_CHECK ? Math.ceil(all / 10) : all);

/** The examples a slow test tries: all, or every tenth in `npm run check`. */
export const examples = <Example>(all: readonly Example[]): readonly Example[] =>
  IS_CHECK ? all.filter((_example, index) => index % 10 === 0) : all;

/** How many cases the slowest tests try in `npm test`, which has a quarter of an hour: with ALL_CASES=1 all of them. */
export const someCases = (usual: number, all: number): number => (IS_THOROUGH ? all : usual);
