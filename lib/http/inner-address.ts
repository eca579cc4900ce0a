/**
 * Loopback, private, link-local and carrier-grade NAT addresses. Requests from there come from the operator's own
 * proxy, container or test: everybody behind a proxy that TRUSTED_PROXIES does not cover would share the address, so
 * nothing is counted by it.
 */
const INNER =
  /^(?:::ffff:)?(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe[89ab])/;

export const isInnerAddress = (address: string): boolean => INNER.test(address);
