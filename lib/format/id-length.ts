/** How many code points an id may have (docs/identity.md R1). An emoji is one, though JavaScript counts it as two. */
export const ID_MAX_LENGTH = 255;

export const isShortId = (id: string): boolean =>
  id.length <= ID_MAX_LENGTH || (id.length <= 2 * ID_MAX_LENGTH && [...id].length <= ID_MAX_LENGTH);
