// @ts-check
/** Gestures of one finger: on the picture itself (direct), or as on a trackpad. Sans-I/O. */

import { BUTTON_LEFT } from "./input-messages.js";
import { TapAlignment } from "./tap-alignment.js";

/** @import { SpacedButtons } from "./spaced-buttons.js" */
/** @import { Touch } from "./tap-alignment.js" */

/** @typedef {"direct" | "trackpad"} TouchMode */

/**
 * @typedef {object} PointerTarget
 * @property {(clientX: number, clientY: number) => void} point move the Mac's pointer to this place of the window
 * @property {(dx: number, dy: number) => void} move move the Mac's pointer by CSS pixels
 */

/**
 * A finger may be the first one of two for this long, ms: until then the button is not pressed. One that moves is
 * given less time, so that a drag begins soon.
 */
const PRESS_DELAY = 120;
const DRAG_DELAY = 50;

/** On a trackpad: a shorter touch is a tap, a longer one without movement holds the button, ms. */
const MAX_TAP = 300;
const LONG_PRESS = 500;

/** On a trackpad a finger that touches again this soon after a tap, ms, drags. The tap's release waits for it. */
const TAP_DRAG_DELAY = 200;

/** A finger that moves no further than this, CSS pixels in each direction, rests. */
const SLOP = 8;

/** A trackpad's gain: for slow movements, per speed (CSS pixels per ms), and at most. */
const MIN_GAIN = 0.7;
const GAIN_PER_SPEED = 1.6;
const MAX_GAIN = 3.5;

/**
 * The finger is the mouse: it points, and presses the button. Taps stay in their place (TapAlignment).
 */
export class DirectFinger {
  #target;
  #buttons;
  #taps = new TapAlignment();
  /** @type {"up" | "outside" | "pending" | "pressed"} */ #state = "up";
  #startedAt = 0;
  #pressAt = Infinity;

  /**
   * @param {PointerTarget} target
   * @param {SpacedButtons} buttons
   */
  constructor(target, buttons) {
    this.#target = target;
    this.#buttons = buttons;
  }

  /** The button is not down because of it: with a second finger it may be another gesture. */
  get canYield() {
    return this.#state !== "pressed";
  }

  /** It has pointed at something: a click is possible there. */
  get points() {
    return this.#state === "pending";
  }

  /** When `tick` has something to do, ms; infinity for never. */
  get deadline() {
    return this.#state === "pending" ? this.#pressAt : Infinity;
  }

  /**
   * @param {Touch} touch
   * @param {boolean} inReach the touch is on the picture
   */
  down(touch, inReach) {
    this.#buttons.flush(touch.timeStamp);
    this.#state = inReach ? "pending" : "outside";
    if (!inReach) return;
    this.#startedAt = touch.timeStamp;
    this.#pressAt = touch.timeStamp + PRESS_DELAY;
    this.#point(touch);
  }

  /** @param {Touch} touch */
  move(touch) {
    if (this.#state === "pressed") this.#point(touch);
    if (this.#state !== "pending") return;
    const place = this.#taps.align(touch);
    if (this.#taps.rests) return;
    this.#pressAt = Math.min(this.#pressAt, this.#startedAt + DRAG_DELAY);
    this.tick(touch.timeStamp);
    if (!this.canYield) this.#target.point(place.clientX, place.clientY);
  }

  /** @param {Touch} touch */
  up(touch) {
    if (this.#state === "pending") this.#press(touch.timeStamp);
    if (this.#state === "pressed") {
      this.#point(touch);
      this.#buttons.set(0, touch.timeStamp);
    }
    this.#state = "up";
  }

  /** @param {number} now ms; the touch is no gesture of one finger any more */
  cancel(now) {
    if (this.#state === "pressed") this.#buttons.set(0, now);
    this.#state = "up";
  }

  /** @param {number} now ms */
  tick(now) {
    if (this.deadline <= now) this.#press(now);
  }

  /** @param {number} now ms */
  #press(now) {
    this.#state = "pressed";
    this.#buttons.set(BUTTON_LEFT, now);
  }

  /** @param {Touch} touch */
  #point(touch) {
    const { clientX, clientY } = this.#taps.align(touch);
    this.#target.point(clientX, clientY);
  }
}

/** The finger moves the pointer from where it is; taps are clicks, a tap and a touch is a drag, as is a long touch. */
export class TrackpadFinger {
  #target;
  #buttons;
  /** @type {"up" | "resting" | "moving" | "tapped" | "dragging"} */ #state = "up";
  /** @type {Touch} */ #start = { type: "", clientX: 0, clientY: 0, timeStamp: 0 };
  #last = this.#start;
  #tappedUntil = -Infinity;

  /**
   * @param {PointerTarget} target
   * @param {SpacedButtons} buttons
   */
  constructor(target, buttons) {
    this.#target = target;
    this.#buttons = buttons;
  }

  /** The button is not down because of it: with a second finger it may be another gesture. */
  get canYield() {
    return this.#state !== "dragging";
  }

  /** The pointer is always somewhere. */
  get points() {
    return true;
  }

  /** When `tick` has something to do, ms; infinity for never. */
  get deadline() {
    return this.#state === "resting" ? this.#start.timeStamp + LONG_PRESS : Infinity;
  }

  /** @param {Touch} touch */
  down(touch) {
    this.#start = this.#last = touch;
    const again = this.#buttons.deadline < Infinity && touch.timeStamp <= this.#tappedUntil;
    if (again) this.#buttons.keep();
    else this.#buttons.flush(touch.timeStamp);
    this.#state = again ? "tapped" : "resting";
  }

  /** @param {Touch} touch */
  move(touch) {
    const { clientX: startX, clientY: startY } = this.#start;
    const rests = Math.max(Math.abs(touch.clientX - startX), Math.abs(touch.clientY - startY)) <= SLOP;
    const still = this.#state === "resting" || this.#state === "tapped";
    if (still && rests) return;
    if (this.#state === "resting") this.#state = "moving";
    if (this.#state === "tapped") this.#state = "dragging";
    const [dx, dy] = [touch.clientX - this.#last.clientX, touch.clientY - this.#last.clientY];
    const gain = gainOf(Math.hypot(dx, dy), touch.timeStamp - this.#last.timeStamp);
    if (dx !== 0 || dy !== 0) this.#target.move(gain * dx, gain * dy);
    this.#last = touch;
  }

  /** @param {Touch} touch */
  up({ timeStamp: now }) {
    if (this.#state === "dragging") this.#buttons.set(0, now);
    else if (this.#state === "tapped") for (const buttons of [0, BUTTON_LEFT, 0]) this.#buttons.set(buttons, now);
    else if (this.#state === "resting" && now - this.#start.timeStamp <= MAX_TAP) this.#tap(now);
    this.#state = "up";
  }

  /** @param {number} now ms; the touch is no gesture of one finger any more */
  cancel(now) {
    if (this.#state === "dragging" || this.#state === "tapped") this.#buttons.set(0, now);
    this.#state = "up";
  }

  /** @param {number} now ms */
  tick(now) {
    if (this.deadline > now) return;
    this.#state = "dragging";
    this.#buttons.set(BUTTON_LEFT, now);
  }

  /** @param {number} now ms */
  #tap(now) {
    this.#tappedUntil = now + TAP_DRAG_DELAY;
    this.#buttons.set(BUTTON_LEFT, now);
    this.#buttons.set(0, now, this.#tappedUntil);
  }
}

/**
 * Return by what to multiply a movement: slow ones are exact, fast ones go far.
 * @param {number} distance CSS pixels
 * @param {number} time ms
 * @returns {number}
 */
function gainOf(distance, time) {
  const speed = distance / Math.max(time, 4);
  return Math.min(MIN_GAIN + GAIN_PER_SPEED * speed, MAX_GAIN);
}
