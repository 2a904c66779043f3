// @ts-check
/** Presses and releases of a mouse button that are far enough apart for the Mac. */

/**
 * Shortest time between two changes, ms: the Mac reads its mouse 60 times a second, and would miss a press and a
 * release between two readings. A finger's tap is not reported until it is over, so both come at once.
 */
const MIN_INTERVAL = 50;

/** Changes the buttons now or later; sans-I/O, `now` is passed in. */
export class SpacedButtons {
  #apply;
  /** @type {{buttons: number, at: number}[]} */ #queue = [];
  #current = 0;
  #changedAt = -Infinity;

  /** @param {(buttons: number) => void} apply */
  constructor(apply) {
    this.#apply = apply;
  }

  /** The buttons after all changes that wait. */
  get buttons() {
    return this.#queue.at(-1)?.buttons ?? this.#current;
  }

  /** When `tick` has something to do, ms; infinity for never. */
  get deadline() {
    return this.#queue[0]?.at ?? Infinity;
  }

  /**
   * Change the buttons after the changes that wait.
   * @param {number} buttons
   * @param {number} now ms
   * @param {number} [at] not before this time, ms
   */
  set(buttons, now, at = now) {
    const last = this.#queue.at(-1)?.at ?? this.#changedAt;
    this.#queue.push({ buttons, at: Math.max(at, last + MIN_INTERVAL) });
    this.tick(now);
  }

  /** Drop the changes that wait: the buttons stay as they are. */
  keep() {
    this.#queue = [];
  }

  /**
   * Make the changes that are due.
   * @param {number} now ms
   */
  tick(now) {
    while (this.deadline <= now) this.#change(now);
  }

  /**
   * Make all changes, before the pointer moves away.
   * @param {number} now ms
   */
  flush(now) {
    while (this.#queue.length > 0) this.#change(now);
  }

  /** Forget everything: the buttons were released otherwise. */
  clear() {
    this.#queue = [];
    this.#current = 0;
  }

  /** @param {number} now ms */
  #change(now) {
    const change = this.#queue.shift();
    if (change === undefined || change.buttons === this.#current) return;
    this.#current = change.buttons;
    this.#changedAt = now;
    this.#apply(change.buttons);
  }
}
