/**
 * Loopback, private and link-local addresses and those of carriers' inner networks. Who comes from there is the
 * operator's own proxy, container or test: everybody behind a proxy that TRUSTED_PROXIES does not know would share it,
 * so nothing is counted by it.
 */
const INNER =
  /^(?:::ffff:)?(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe[89ab])/;

export const isInnerAddress = (address: string): boolean => INNER.test(address);
