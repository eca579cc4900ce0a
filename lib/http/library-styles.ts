/**
 * The hashes that allow style elements that libraries insert without a nonce, with a constant text. A unit test takes
 * the texts from the installed packages. docs/decisions/0111-styles-by-nonce.md.
 */
export const LIBRARY_STYLES = [
  "'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY='", // sonner: notifications
  "'sha256-skqujXORqzxt1aE0NNXxujEanPTX6raoqSscTV/Ww/Y='", // next-themes: no transitions while colours change
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='", // nothing: sonner inserts its element before its text
] as const;
