import { LRUCache } from "lru-cache";

/** How long, in milliseconds, what was seen of a device's clock counts: between a half of this and all of it, 30 minutes. */
const WINDOW_MS = 30 * 60 * 1000;

/** Two differences of one device further apart than this, in milliseconds, say that its clock was set: 1 minute. */
const CLOCK_SET_MS = 60_000;

/** An estimate up to here, in milliseconds, is travel time and no wrong clock: 1 second. */
export const TRANSIT_MAX_MS = 1_000;

/** Devices whose clocks are remembered, per process; about 250 bytes each. One forgotten is estimated anew. */
const DEVICES_MAX = 50_000;

/** What is known of one device's clock. Differences are received − sent, in milliseconds. */
type Known = {
  /** Start of the current half of the window, by our clock. */
  halfStartedAt: number;
  least: number;
  /** The least of the half before; Infinity when nothing was sent in it. */
  leastBefore: number;
  /** The newest time of the device, and what it was corrected to. */
  newestDeviceTs: number;
  newestCorrected: number;
};

/**
 * Estimates the error of devices' clocks (docs/identity.md R4, X4; docs/decisions/0019-clock-estimates.md). A difference
 * received − sent is the error of the clock plus the time the request travelled, and travel only ever adds, so the least
 * difference of the last half hour is the best estimate of the error alone. About 1 µs a message.
 */
export class DeviceClocks {
  private readonly devices: LRUCache<string, Known>;

  constructor(devicesMax = DEVICES_MAX) {
    this.devices = new LRUCache({ max: devicesMax });
  }

  /**
   * The device's time `deviceTs` by our clock. `sentAt` is when the device says it sent the message, NaN when it did not:
   * then nothing is corrected. `stream` names the device within all projects; null (a server) is estimated by this message alone.
   * Messages keep the order their device gave them. The answer may be after `receivedAt`; the caller decides about that.
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

  /** What is known of the device, this difference included. */
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

/** Travel cannot make a difference negative: a clock that is ahead, by however little, is. */
const errorOf = (estimate: number): number => (estimate >= 0 && estimate <= TRANSIT_MAX_MS ? 0 : estimate);

/** A better estimate must not put a later event before an earlier one: it is then held a millisecond behind it. */
function inOrder({ newestDeviceTs, newestCorrected }: Known, deviceTs: number, corrected: number): number {
  if (deviceTs > newestDeviceTs) return Math.max(corrected, newestCorrected + 1);
  if (deviceTs < newestDeviceTs) return Math.min(corrected, newestCorrected - 1);
  return Math.max(corrected, newestCorrected);
}

const shared = globalThis as typeof globalThis & { throughlineClocks?: DeviceClocks };

/** The process's one memory of clocks, also across Next's module copies. */
export const deviceClocks = (): DeviceClocks => (shared.throughlineClocks ??= new DeviceClocks());
