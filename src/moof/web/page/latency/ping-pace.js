// @ts-check
/** When the next ping is due: two a second, and one every two seconds while nothing happens. */

export const PING_INTERVAL = 500;
const REST_INTERVAL = 2_000;
/** Without an input and without a new picture for so long, the page rests. */
const REST_AFTER = 10_000;
/** Of timers, which fire a little too soon or too late. */
const TOLERANCE = PING_INTERVAL / 2;
const INPUTS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"];

/** Decides; all times are the browser's clock in ms. */
export class PingPace {
  #activeAt;
  #sentAt = -Infinity;

  /** @param {number} now */
  constructor(now) {
    this.#activeAt = now;
  }

  /**
   * Note that something happens.
   * @param {number} now
   */
  disturb(now) {
    this.#activeAt = Math.max(this.#activeAt, now);
  }

  /**
   * Return whether a ping is to be sent now.
   * @param {number} now
   * @returns {boolean}
   */
  take(now) {
    const interval = now - this.#activeAt < REST_AFTER ? PING_INTERVAL : REST_INTERVAL;
    if (now - this.#sentAt < interval - TOLERANCE) return false;
    this.#sentAt = now;
    return true;
  }
}

/**
 * Call `disturb` at each input of the page's user.
 * @param {() => void} disturb
 */
export function watchInputs(disturb) {
  for (const name of INPUTS) addEventListener(name, disturb, { capture: true, passive: true });
}
