/** Heard by PaletteHost. */
export const PALETTE_EVENT = "throughline:palette";

/** Opens the palette, from anywhere in the browser. */
export const openPalette = (): boolean => dispatchEvent(new CustomEvent(PALETTE_EVENT));
