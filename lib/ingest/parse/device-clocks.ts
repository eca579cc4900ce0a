import { LRUCache } from "lru-cache";

/**
 * How long observations of a device's clock count: 30 minutes, in milliseconds. In practice between half of this and
 * all of it.
 */
const WINDOW_MS = 30 * 60 * 1000;

/** If two differences of a device are further apart than this, in milliseconds, its clock was changed: 1 minute. */
const CLOCK_SET_MS = 60_000;

/** Estimates up to this, in milliseconds, are travel time, not a clock error: 1 second. */
export const TRANSIT_MAX_MS = 1_000;

/** Devices remembered, per process; about 250 bytes each. A forgotten one is estimated again. */
const DEVICES_MAX = 50_000;

/** Observations of a device's clock. Differences are received − sent, in milliseconds. */
type Known = {
  /** Start of the current half of the window, by our clock. */
  halfStartedAt: number;
  least: number;
  /** The least of the previous half; Infinity if there was no message. */
  leastBefore: number;
  /** The newest time by the device's clock, and what it was corrected to. */
  newestDeviceTs: number;
  newestCorrected: number;
};

/**
 * Estimates the error of devices' clocks (docs/identity.md R4, X4; docs/decisions/0019-clock-estimates.md). A
 * difference received − sent is the error of the clock plus the time the request travelled, and travel only ever adds,
 * so the least difference of the last half hour is the best estimate of the error alone. About 1 µs a message.
 */
export class DeviceClocks {
  private readonly devices: LRUCache<string, Known>;

  constructor(devicesMax = DEVICES_MAX) {
    this.devices = new LRUCache({ max: devicesMax });
  }

  /**
   * Converts `deviceTs`, by the device's clock, to ours. `sentAt` is when the device sent the message by its clock; NaN
   * corrects nothing. `stream` identifies the device across projects; for null (a server) this message alone is the
   * estimate. Messages keep their order. The result may be after `receivedAt`; the caller handles that.
   */
  correct(stream: string | null, deviceTs: number, sentAt: number, receivedAt: number): number {
    if (Number.isNaN(sentAt)) return deviceTs;
    const difference = receivedAt - sentAt;
    if (stream === null) return deviceTs + errorOf(difference);
    const known = this.look(stream, difference, receivedAt);
    const corrected = inOrder(known, deviceTs, deviceTs + errorOf(Math.min(known.least, known.leastBefore)));
    if (deviceTs >= known.newestDeviceTs) {
      known.newestDeviceTs = deviceTs;
      known.newestCorrected = Math.min(corrected, receivedAt);
    }
    return corrected;
  }

  /** The device's observations, including this difference. */
  private look(stream: string, difference: number, now: number): Known {
    const known = this.devices.get(stream);
    const age = known ? now - known.halfStartedAt : Number.POSITIVE_INFINITY;
    const isSet = known && Math.abs(difference - Math.min(known.least, known.leastBefore)) > CLOCK_SET_MS;
    if (!known || isSet || age >= WINDOW_MS) {
      const fresh: Known = {
        halfStartedAt: now,
        least: difference,
        leastBefore: Number.POSITIVE_INFINITY,
        newestDeviceTs: Number.NEGATIVE_INFINITY,
        newestCorrected: Number.NEGATIVE_INFINITY,
      };
      this.devices.set(stream, fresh);
      return fresh;
    }
    if (age >= WINDOW_MS / 2) {
      known.halfStartedAt += WINDOW_MS / 2;
      known.leastBefore = known.least;
      known.least = difference;
    } else known.least = Math.min(known.least, difference);
    return known;
  }
}

/** Travel time never makes a difference negative: only a clock that is ahead does. */
const errorOf = (estimate: number): number => (estimate >= 0 && estimate <= TRANSIT_MAX_MS ? 0 : estimate);

/** A better estimate must not move a later event before an earlier one: it stays a millisecond after it. */
function inOrder({ newestDeviceTs, newestCorrected }: Known, deviceTs: number, corrected: number): number {
  if (deviceTs > newestDeviceTs) return Math.max(corrected, newestCorrected + 1);
  if (deviceTs < newestDeviceTs) return Math.min(corrected, newestCorrected - 1);
  return Math.max(corrected, newestCorrected);
}

const shared = globalThis as typeof globalThis & { throughlineClocks?: DeviceClocks };

/** One per process, shared by Next's copies of this module. */
export const deviceClocks = (): DeviceClocks => (shared.throughlineClocks ??= new DeviceClocks());
