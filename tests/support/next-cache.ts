/** In place of `next/cache` in database tests (vitest.config.ts): without Next, nothing is cached. */
export const refresh = () => {};

export const revalidatePath = () => {};
