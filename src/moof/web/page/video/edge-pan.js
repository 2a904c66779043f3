// @ts-check
/** Pans a picture that is larger than the window while the mouse is at the window's edge. */

/** @import { Box, Point } from "./view.js" */

/** Distance from the window's edge, CSS pixels, in which the picture moves: the faster the nearer to the edge. */
const EDGE = 40;

/** Speed at the edge itself, CSS pixels per ms. */
const MAX_SPEED = 1.1;

/** Longest step, ms: after a pause of the page the picture does not jump. */
const MAX_STEP = 50;

/**
 * @typedef {object} PannableDisplay see Display
 * @property {boolean} overflows
 * @property {(dx: number, dy: number) => boolean} panBy moves the picture if it is not at its edge
 */

/**
 * Return the speed of the picture for a place of the mouse.
 * @param {Point} at CSS pixels
 * @param {Box} area of the window
 * @returns {Point} CSS pixels per ms; positive at the left and upper edge
 */
export function panSpeed({ x, y }, { left, top, width, height }) {
  return { x: speedAlong(x - left, width), y: speedAlong(y - top, height) };
}

/**
 * @param {number} position
 * @param {number} size
 * @returns {number}
 */
function speedAlong(position, size) {
  const depth = Math.max(EDGE - position, 0) - Math.max(position - (size - EDGE), 0);
  return MAX_SPEED * Math.max(-1, Math.min(depth / EDGE, 1)) ** 3; // slow at first, so that things there can be clicked
}

/** Follows mouse and pen in the viewport. */
export class EdgePan {
  #display;
  #area;
  #onPan;
  /** @type {Point | null} */ #at = null;
  #request = 0;
  #last = 0;

  /**
   * @param {HTMLElement} viewport
   * @param {PannableDisplay} display
   * @param {{readonly free: Box}} area of the window
   * @param {(at: Point) => void} onPan the picture has moved under the mouse, which is there
   */
  constructor(viewport, display, area, onPan) {
    this.#display = display;
    this.#area = area;
    this.#onPan = onPan;
    viewport.addEventListener("pointermove", (event) => this.#onMove(event));
    viewport.addEventListener("pointerleave", () => { this.#at = null; });
  }

  /** @param {PointerEvent} event */
  #onMove({ pointerType, clientX, clientY }) {
    const pans = pointerType !== "touch" && this.#display.overflows && !document.pointerLockElement;
    this.#at = pans ? { x: clientX, y: clientY } : null;
    if (!pans || this.#request !== 0) return;
    this.#last = performance.now();
    this.#request = requestAnimationFrame((time) => this.#step(time));
  }

  /** @param {number} time ms, as of performance.now() */
  #step(time) {
    this.#request = 0;
    if (!this.#at) return;
    const { x, y } = panSpeed(this.#at, this.#area.free);
    const elapsed = Math.max(0, Math.min(time - this.#last, MAX_STEP));
    this.#last = time;
    if (x === 0 && y === 0) return; // the next move begins again
    if (this.#display.panBy(x * elapsed, y * elapsed)) this.#onPan(this.#at);
    else if (elapsed > 0) return;
    this.#request = requestAnimationFrame((next) => this.#step(next));
  }
}
