// @ts-check
/** The browser's clock, and the server's offset from it. */

/**
 * Return the browser's time, which never steps back.
 * @returns {number} ms since 1970, with a fraction
 */
export const now = () => performance.timeOrigin + performance.now();

/** Number of pings that the estimate uses: 15 s at two a second. */
const WINDOW = 30;

/**
 * Estimates the offset like NTP: of the last pings the one with the shortest round trip is the most exact, because
 * it leaves the least time by which the two directions could differ (RFC 5905, section 10, the clock filter).
 */
export class ClockOffset {
  /** @type {{rtt: number, offset: number}[]} */ #samples = [];

  /**
   * Server's clock minus browser's, ms; null before the first ping came back.
   * @type {number | null}
   */
  offset = null;

  /**
   * Add the times of a ping.
   * @param {number} sent t1, browser's clock, ms
   * @param {number} received t2, server's clock, ms
   * @param {number} answered t7, server's clock, ms
   * @param {number} arrived browser's clock, ms
   */
  add(sent, received, answered, arrived) {
    const rtt = arrived - sent - (answered - received);
    const offset = (received - sent + (answered - arrived)) / 2;
    // A stepped clock or a corrupt message makes one sample invalid, which must not affect the estimate.
    if (!Number.isFinite(rtt) || !Number.isFinite(offset) || rtt < 0) return;
    this.#samples.push({ rtt, offset });
    if (this.#samples.length > WINDOW) this.#samples.shift();
    this.offset = this.#samples.reduce((best, sample) => (sample.rtt < best.rtt ? sample : best)).offset;
  }

  /**
   * Convert a time of the server's clock to the browser's.
   * @param {number} server ms
   * @returns {number} ms
   */
  toBrowser(server) {
    return server - (this.offset ?? 0);
  }
}
