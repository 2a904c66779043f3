// @ts-check
/** Gestures of two fingers: tap (right click), scroll with momentum, pinch (zoom and pan). Sans-I/O. */

/** @import { Touch } from "./tap-alignment.js" */

/** @typedef {{x: number, y: number}} Point CSS pixels of the window */

/**
 * @typedef {object} ViewTarget
 * @property {(dx: number, dy: number) => void} scroll the wheel, CSS pixels; right and down are positive
 * @property {(factor: number, at: Point) => void} zoom the picture, around a point
 * @property {(dx: number, dy: number) => void} pan the picture, CSS pixels
 * @property {() => void} settle zooming and panning are over
 */

/** Fingers that move less than this, CSS pixels, have not decided yet. The first limit that is crossed counts. */
const PINCH_THRESHOLD = 20;
const SCROLL_THRESHOLD = 12;

/** Two fingers that are up again this soon, ms, are a tap. */
export const MAX_TAP = 350;

/** Momentum: time in which it falls to 1/e, ms; interval of its steps, ms; its end, CSS pixels per ms. */
const DECAY_TIME = 325;
const STEP = 16;
const MIN_SPEED = 0.05;

/** Fingers that rest for this time, ms, before they are lifted have no momentum. */
const REST_TIME = 60;

/** Decides on one gesture, and keeps it until a finger is lifted. */
export class TwoFingers {
  #target;
  /** @type {Map<number, Point>} */ #fingers = new Map();
  /** @type {"none" | "undecided" | "scroll" | "pan" | "pinch"} */ #kind = "none";
  #start = { x: 0, y: 0, distance: 0 };
  #last = this.#start;
  #lastAt = 0;
  /** Speed of a scroll, CSS pixels per ms; after it, that of its momentum. */
  #speed = { x: 0, y: 0 };
  #stepAt = Infinity;

  /** @param {ViewTarget} target */
  constructor(target) {
    this.#target = target;
  }

  /** When `tick` has something to do, ms; infinity for never. */
  get deadline() {
    return this.#stepAt;
  }

  /**
   * Begin a gesture.
   * @param {[number, Point][]} fingers two, by their ids
   * @param {number} now ms
   */
  begin(fingers, now) {
    this.stop();
    this.#fingers = new Map(fingers);
    this.#kind = "undecided";
    this.#start = this.#last = this.#measure();
    this.#lastAt = now;
    this.#speed = { x: 0, y: 0 };
  }

  /**
   * @param {number} id
   * @param {Touch} touch
   * @param {boolean} pans a movement of both fingers pans the picture, instead of scrolling
   */
  move(id, { clientX, clientY, timeStamp }, pans) {
    if (!this.#fingers.has(id) || this.#kind === "none") return;
    this.#fingers.set(id, { x: clientX, y: clientY });
    if (this.#kind === "undecided") this.#decide(pans);
    if (this.#kind !== "undecided") this.#apply(timeStamp);
  }

  /**
   * End the gesture.
   * @param {number} now ms
   * @returns {boolean} the fingers have not moved
   */
  end(now) {
    const kind = this.#kind;
    this.#kind = "none";
    if (kind === "pinch" || kind === "pan") this.#target.settle();
    const moving = now - this.#lastAt <= REST_TIME && this.#isFast();
    if (kind === "scroll" && moving) this.#stepAt = now + STEP;
    return kind === "undecided";
  }

  /** End the momentum. */
  stop() {
    this.#stepAt = Infinity;
  }

  /** @param {number} now ms */
  tick(now) {
    while (this.#stepAt <= now) {
      this.#target.scroll(this.#speed.x * STEP, this.#speed.y * STEP);
      const factor = Math.exp(-STEP / DECAY_TIME);
      this.#speed = { x: this.#speed.x * factor, y: this.#speed.y * factor };
      this.#stepAt = this.#isFast() ? this.#stepAt + STEP : Infinity;
    }
  }

  #isFast() {
    return Math.hypot(this.#speed.x, this.#speed.y) >= MIN_SPEED;
  }

  /** @param {boolean} pans */
  #decide(pans) {
    const { x, y, distance } = this.#measure();
    if (Math.abs(distance - this.#start.distance) >= PINCH_THRESHOLD) this.#kind = "pinch";
    else if (Math.hypot(x - this.#start.x, y - this.#start.y) >= SCROLL_THRESHOLD) this.#kind = pans ? "pan" : "scroll";
    if (this.#kind === "pinch") this.#last = { ...this.#last, distance }; // the picture does not jump by the threshold
  }

  /** @param {number} now ms */
  #apply(now) {
    const place = this.#measure();
    const [dx, dy] = [place.x - this.#last.x, place.y - this.#last.y];
    if (this.#kind === "scroll") this.#scroll(dx, dy, now);
    else this.#target.pan(dx, dy);
    if (this.#kind === "pinch") this.#target.zoom(place.distance / this.#last.distance, place);
    this.#last = place;
  }

  /**
   * @param {number} dx of the fingers, CSS pixels
   * @param {number} dy
   * @param {number} now ms
   */
  #scroll(dx, dy, now) {
    this.#target.scroll(-dx, -dy); // what is under the fingers moves with them
    const time = Math.max(now - this.#lastAt, 4);
    const share = Math.min(time / REST_TIME, 1); // of the newest movement in the speed
    this.#speed.x += share * (-dx / time - this.#speed.x);
    this.#speed.y += share * (-dy / time - this.#speed.y);
    this.#lastAt = now;
  }

  #measure() {
    const [a, b] = /** @type {[Point, Point]} */ ([...this.#fingers.values()]);
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, distance: Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1) };
  }
}
