/** Limits of a request and of a message (docs/wire.md W4, W5). */
export const REQUEST_MAX_BYTES = 1024 * 1024;
export const MESSAGE_MAX_BYTES = 32 * 1024;
export const BATCH_MAX_MESSAGES = 500;
/** Characters of an event's or a property's name. */
export const EVENT_NAME_MAX_LENGTH = 200;
export const PROPERTIES_MAX = 128;
/** Levels of nested objects and arrays; the properties object itself is the first. */
export const PROPERTIES_MAX_DEPTH = 5;
