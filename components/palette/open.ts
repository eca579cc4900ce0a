/** Event that PaletteHost listens to. */
export const PALETTE_EVENT = "throughline:palette";

/** Opens the palette from any client code. */
export const openPalette = (): boolean => dispatchEvent(new CustomEvent(PALETTE_EVENT));
