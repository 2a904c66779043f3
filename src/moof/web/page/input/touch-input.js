// @ts-check
/** Passes the touches on the viewport to the gestures, and what those do to the pointer and the picture. */

import { TouchGestures } from "./touch-gestures.js";

/** @import { TouchMode } from "./one-finger.js" */
/** @import { Pointer } from "./pointer.js" */
/** @import { GestureTarget } from "./touch-gestures.js" */
/** @import { Point } from "./two-fingers.js" */

/**
 * @typedef {object} ZoomableDisplay see Display
 * @property {number} cssPerMacPixel CSS pixels per Mac pixel
 * @property {boolean} overflows the picture is larger than the window: it can be panned
 * @property {(factor: number, at: Point) => void} zoomBy
 * @property {(dx: number, dy: number) => void} panBy CSS pixels
 * @property {() => void} settleZoom
 */

/**
 * Makes mouse messages of touches.
 * @implements {GestureTarget}
 */
export class TouchInput {
  #screen;
  #pointer;
  #display;
  #gestures = new TouchGestures(this);
  #timer = 0;

  /**
   * @param {HTMLElement} viewport where touches count
   * @param {HTMLElement} screen
   * @param {Pointer} pointer
   * @param {ZoomableDisplay} display
   */
  constructor(viewport, screen, pointer, display) {
    this.#screen = screen;
    this.#pointer = pointer;
    this.#display = display;
    const move = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
    for (const type of new Set(["pointerdown", "pointermove", move, "pointerup", "pointercancel"])) {
      viewport.addEventListener(type, (event) => this.#handle(/** @type {PointerEvent} */ (event)));
    }
  }

  /** @returns {TouchMode} */
  get mode() {
    return this.#gestures.mode;
  }

  set mode(mode) {
    if (mode !== this.#gestures.mode) this.#gestures.mode = mode;
  }

  /** Forget fingers and buttons, without messages: the server has received a release message, or is gone. */
  clear() {
    this.#gestures.clear();
    this.#schedule();
  }

  /**
   * @param {number} clientX
   * @param {number} clientY
   */
  point(clientX, clientY) {
    this.#pointer.pointTo(clientX, clientY);
  }

  /**
   * @param {number} dx CSS pixels
   * @param {number} dy
   */
  move(dx, dy) {
    const scale = this.#display.cssPerMacPixel;
    this.#pointer.moveBy(dx / scale, dy / scale);
  }

  /** @param {number} buttons */
  setButtons(buttons) {
    this.#pointer.setButtons(buttons);
  }

  /**
   * @param {number} dx CSS pixels
   * @param {number} dy
   */
  scroll(dx, dy) {
    const scale = this.#display.cssPerMacPixel;
    this.#pointer.scroll(dx / scale, dy / scale);
  }

  /**
   * @param {number} factor
   * @param {Point} at
   */
  zoom(factor, at) {
    this.#display.zoomBy(factor, at);
  }

  /**
   * @param {number} dx CSS pixels
   * @param {number} dy
   */
  pan(dx, dy) {
    this.#display.panBy(dx, dy);
  }

  /** The gesture is over. */
  settle() {
    this.#display.settleZoom();
  }

  get overflows() {
    return this.#display.overflows;
  }

  /** @param {PointerEvent} event */
  #handle(event) {
    if (event.pointerType !== "touch") return;
    const { type, pointerId } = event;
    if (type === "pointerdown") this.#press(event);
    else if (type === "pointerup") this.#gestures.up(pointerId, event);
    else if (type === "pointercancel") this.#gestures.cancel(pointerId, event.timeStamp);
    else this.#gestures.move(pointerId, event);
    this.#schedule();
  }

  /** @param {PointerEvent} event */
  #press(event) {
    event.preventDefault();
    // The field of the system's keyboard, in the screen, keeps the focus.
    if (!this.#screen.contains(document.activeElement)) this.#screen.focus({ preventScroll: true });
    this.#gestures.down(event.pointerId, event, this.#pointer.isInReach(event));
  }

  #schedule() {
    clearTimeout(this.#timer);
    const { deadline } = this.#gestures;
    if (deadline === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#gestures.tick(performance.now());
      this.#schedule();
    }, deadline - performance.now());
  }
}
