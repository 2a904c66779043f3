// @ts-check
/** This browser's clock, and how far the server's is from it. */

/** @returns {number} ms since 1970, finer than a millisecond, and never stepping back */
export const now = () => performance.timeOrigin + performance.now();

/** As many pings as the estimate looks back on: 15 s at two a second. */
const WINDOW = 30;

/**
 * Estimates the offset as NTP does: of the last pings the one that was quickest on the network says most,
 * because little time is left in which the two ways could differ (RFC 5905, section 10, the clock filter).
 */
export class ClockOffset {
  /** @type {{rtt: number, offset: number}[]} */ #samples = [];

  /** Server's clock minus browser's, ms; null before the first answer. @type {number | null} */
  offset = null;

  /**
   * @param {number} sent browser's clock, ms: t1
   * @param {number} received server's clock, ms: t2
   * @param {number} answered server's clock, ms: t7
   * @param {number} arrived browser's clock, ms
   */
  add(sent, received, answered, arrived) {
    const rtt = arrived - sent - (answered - received);
    const offset = (received - sent + (answered - arrived)) / 2;
    // A stepped clock or a torn message makes nonsense of one sample, and must not of the estimate.
    if (!Number.isFinite(rtt) || !Number.isFinite(offset) || rtt < 0) return;
    this.#samples.push({ rtt, offset });
    if (this.#samples.length > WINDOW) this.#samples.shift();
    this.offset = this.#samples.reduce((best, sample) => (sample.rtt < best.rtt ? sample : best)).offset;
  }

  /** @param {number} server ms @returns {number} browser's clock, ms */
  toBrowser(server) {
    return server - (this.offset ?? 0);
  }
}
