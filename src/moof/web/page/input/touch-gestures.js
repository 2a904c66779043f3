// @ts-check
/** Decides which gesture the fingers on a touch screen make. Sans-I/O: touches and times in, actions out. */

import { BUTTON_RIGHT } from "./input-messages.js";
import { DirectFinger, TrackpadFinger } from "./one-finger.js";
import { SpacedButtons } from "./spaced-buttons.js";
import { MAX_TAP, TwoFingers } from "./two-fingers.js";

/** @import { PointerTarget, TouchMode } from "./one-finger.js" */
/** @import { Touch } from "./tap-alignment.js" */
/** @import { Point, ViewTarget } from "./two-fingers.js" */

/** @typedef {PointerTarget & ViewTarget & {setButtons: (buttons: number) => void, readonly overflows: boolean}} GestureTarget */
/** @typedef {Point & {at: number}} Finger where it is, CSS pixels, and when it came down, ms */

/**
 * One finger is the mouse, or that of a trackpad; two scroll, zoom and pan, or click the right button. A second finger
 * makes another gesture of the first one unless that one holds the button by then; further ones do not count.
 */
export class TouchGestures {
  #target;
  #buttons;
  /** @type {DirectFinger | TrackpadFinger} */ #one;
  #two;
  /**
   * The fingers that are down, by their ids.
   * @type {Map<number, Finger>}
   */
  #fingers = new Map();
  /**
   * The finger that makes a gesture alone.
   * @type {number | null}
   */
  #single = null;
  /**
   * The fingers that make one together; when one of them is lifted, the other one.
   * @type {number[]}
   */
  #pair = [];
  /** When the first finger of the pair came down, if lifting both by MAX_TAP later is a tap, ms. */
  #tapFrom = -Infinity;
  /** @type {TouchMode} */ #mode = "direct";

  /** @param {GestureTarget} target */
  constructor(target) {
    this.#target = target;
    this.#buttons = new SpacedButtons((buttons) => target.setButtons(buttons));
    this.#one = new DirectFinger(target, this.#buttons);
    this.#two = new TwoFingers(target);
  }

  /** @returns {TouchMode} */
  get mode() {
    return this.#mode;
  }

  set mode(mode) {
    this.clear();
    this.#mode = mode;
    this.#one = new (mode === "direct" ? DirectFinger : TrackpadFinger)(this.#target, this.#buttons);
  }

  /** When `tick` has something to do, ms; infinity for never. */
  get deadline() {
    return Math.min(this.#buttons.deadline, this.#one.deadline, this.#two.deadline);
  }

  /**
   * Handle a finger that comes down.
   * @param {number} id
   * @param {Touch} touch
   * @param {boolean} inReach it is on the picture
   */
  down(id, touch, inReach) {
    this.#two.stop();
    this.#fingers.set(id, { x: touch.clientX, y: touch.clientY, at: touch.timeStamp });
    if (this.#pair.length === 2 || this.#fingers.size > 2) return;
    if (this.#fingers.size === 1) {
      this.#single = id;
      this.#one.down(touch, inReach);
    } else if (this.#single === null || this.#one.canYield) {
      this.#beginPair(touch.timeStamp);
    }
  }

  /**
   * Handle a movement of a finger.
   * @param {number} id
   * @param {Touch} touch
   */
  move(id, touch) {
    const finger = this.#fingers.get(id);
    if (!finger || (finger.x === touch.clientX && finger.y === touch.clientY)) return;
    this.#fingers.set(id, { ...finger, x: touch.clientX, y: touch.clientY });
    if (id === this.#single) this.#one.move(touch);
    else this.#two.move(id, touch, this.#mode === "direct" && this.#target.overflows);
  }

  /**
   * Handle a finger that is lifted.
   * @param {number} id
   * @param {Touch} touch
   */
  up(id, touch) {
    if (!this.#fingers.delete(id)) return;
    if (id === this.#single) this.#one.up(touch);
    else if (this.#pair.includes(id)) this.#liftOfPair(id, touch.timeStamp);
    if (id === this.#single) this.#single = null;
  }

  /**
   * Handle a finger that the browser takes over.
   * @param {number} id
   * @param {number} now ms
   */
  cancel(id, now) {
    if (!this.#fingers.delete(id)) return;
    if (id === this.#single) {
      this.#one.cancel(now);
      this.#single = null;
    } else if (this.#pair.includes(id)) {
      this.#two.end(now);
      this.#two.stop();
      this.#pair = [];
    }
  }

  /**
   * Do what is due.
   * @param {number} now ms
   */
  tick(now) {
    this.#buttons.tick(now);
    this.#one.tick(now);
    this.#two.tick(now);
  }

  /** Forget the fingers and buttons: the Mac's button was released otherwise. */
  clear() {
    this.#two.end(0);
    this.#two.stop();
    this.#one.cancel(0);
    this.#buttons.clear();
    this.#fingers.clear();
    this.#single = null;
    this.#pair = [];
  }

  /** @param {number} now ms */
  #beginPair(now) {
    const fingers = [...this.#fingers];
    const isTap = this.#single !== null && this.#one.points; // not of a finger that is left over from another gesture
    this.#tapFrom = isTap ? Math.min(...fingers.map(([, { at }]) => at)) : -Infinity;
    if (this.#single !== null) this.#one.cancel(now);
    this.#single = null;
    this.#pair = fingers.map(([id]) => id);
    this.#two.begin(fingers, now);
  }

  /**
   * @param {number} id
   * @param {number} now ms
   */
  #liftOfPair(id, now) {
    if (this.#pair.length === 2 && !this.#two.end(now)) this.#tapFrom = -Infinity;
    this.#pair = this.#pair.filter((each) => each !== id);
    if (this.#pair.length > 0 || now - this.#tapFrom > MAX_TAP) return;
    for (const buttons of [BUTTON_RIGHT, 0]) this.#buttons.set(buttons, now);
  }
}
