// @ts-check
/** Converts pointer events (mouse, touch, pen) to mouse messages: absolute, or relative while the pointer is locked. */

import { BUTTON_LEFT, mouseMessage, wheelMessage } from "./input-messages.js";
import { TapAlignment } from "./tap-alignment.js";

/** @typedef {{x: number, y: number}} Position Mac pixels */
/** @typedef {{toMacPixels: (clientX: number, clientY: number) => Position}} CoordinateMap see Display */
/** @typedef {"absolute" | "relative"} MouseMode */

/**
 * Shortest interval between moves, ms. A move is sent when it happens, not with the next animation frame, which
 * would cost up to 16 ms. But mice report up to 1000 times a second and the Mac reads them 60 times: 125 a second,
 * the rate of a USB mouse, is enough.
 */
const MOVE_INTERVAL = 8;

/** Pixels per line, and per page, of wheels that count in those. */
const LINE_HEIGHT = 16;
const PAGE_HEIGHT = 400;

/** In PointerEvent.buttons: those that the Mac knows, and the eraser at a pen's other end. */
const ALL_BUTTONS = 7;
const BUTTON_ERASER = 32;

/** A press this far outside of the picture, in CSS pixels, counts: its edge is a target (the menu bar). */
const EDGE_MARGIN = 18;

/** Sends mouse and wheel messages, and keeps which buttons are down. */
export class Pointer {
  #viewport;
  #screen;
  #display;
  #send;
  /** @type {MouseMode} */ #mode = "absolute";
  /** The wheel sends arrow keys where the Mac has no wheel. */
  wheelArrows = false;
  #buttons = 0;
  #sentAt = -Infinity;
  #timer = 0;
  /** The last position, or the movement since the last message with its fraction of a pixel. */
  #x = 0;
  #y = 0;
  #time = 0;
  /** @type {Position | null} */ #position = null;
  #wheelX = 0;
  #wheelY = 0;
  #taps = new TapAlignment();

  /**
   * @param {HTMLElement} viewport where moves count
   * @param {HTMLElement} screen the picture, where presses count
   * @param {CoordinateMap} display
   * @param {(message: ArrayBuffer) => void} send
   */
  constructor(viewport, screen, display, send) {
    this.#viewport = viewport;
    this.#screen = screen;
    this.#display = display;
    this.#send = send;
    this.#listen();
  }

  /** @returns {MouseMode} */
  get mode() {
    return this.#mode;
  }

  set mode(mode) {
    this.#mode = mode;
    this.#position = null;
    this.#x = 0;
    this.#y = 0;
    if (mode === "absolute" && this.locked) document.exitPointerLock();
  }

  /** The browser gives movements instead of positions. */
  get locked() {
    return document.pointerLockElement === this.#screen;
  }

  /**
   * Where the browser's pointer is; null before its first move, and while the page gets movements only.
   * @returns {Position | null}
   */
  get position() {
    return this.#mode === "absolute" && !this.locked ? this.#position : null;
  }

  /** Mark all buttons as released, without messages: the server has received a release message, or is gone. */
  clear() {
    this.#buttons = 0;
    this.#x = 0;
    this.#y = 0;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** Lock the pointer, with unaccelerated movements where the browser has them: the Mac accelerates by itself. */
  async lock() {
    if (this.locked) return;
    try {
      await this.#screen.requestPointerLock({ unadjustedMovement: true });
    } catch {
      // Without them, as in Chromium on Linux, accelerated ones: browsers differ in the error.
      await Promise.resolve(this.#screen.requestPointerLock()).catch(() => {
        // The browser refuses it, for example shortly after Esc: the next press tries again.
      });
    }
  }

  #listen() {
    const move = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
    for (const type of new Set([move, "pointermove"])) {
      this.#viewport.addEventListener(type, (event) => this.#onMove(/** @type {PointerEvent} */ (event)));
    }
    this.#viewport.addEventListener("pointerdown", (event) => this.#onPress(event));
    for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) {
      this.#viewport.addEventListener(type, (event) => this.#onRelease(event));
    }
    this.#viewport.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    for (const type of ["contextmenu", "auxclick", "dragstart"]) {
      this.#viewport.addEventListener(type, (event) => event.preventDefault());
    }
  }

  /** @param {PointerEvent} event */
  #onPress(event) {
    if (!event.isPrimary || !this.#isInReach(event)) return;
    event.preventDefault();
    if (!this.#screen.contains(document.activeElement)) this.#screen.focus({ preventScroll: true });
    if (event.pointerType === "mouse" && this.#mode === "relative" && !this.locked) {
      void this.lock(); // this press only locks the pointer
      return;
    }
    if (!this.locked) this.#viewport.setPointerCapture(event.pointerId);
    this.#updatePosition(event);
    this.#setButtons(buttonsOf(event));
  }

  /** @param {PointerEvent} event */
  #onRelease(event) {
    if (!event.isPrimary || this.#buttons === 0) return;
    if (event.type === "pointerup") this.#updatePosition(event); // the position of a pointercancel is invalid
    this.#setButtons(event.type === "pointerup" ? buttonsOf(event) : 0);
  }

  /** @param {PointerEvent} event */
  #onMove(event) {
    if (!event.isPrimary || (this.#needsLock(event) && !this.locked)) return;
    const moved = this.#updatePosition(event);
    // A second button's press or release is reported as a move. A button pressed elsewhere does not count.
    if (this.#buttons !== 0 && buttonsOf(event) !== this.#buttons) this.#setButtons(buttonsOf(event));
    else if (moved) this.#sendSoon();
  }

  /** @param {PointerEvent} event */
  #needsLock(event) {
    return this.#mode === "relative" && event.pointerType === "mouse";
  }

  /**
   * Update the position, or add to the movement. A raw update and the move after it have the same movement: only
   * one of them counts.
   * @param {PointerEvent} event
   * @returns {boolean} the position has changed
   */
  #updatePosition(event) {
    this.#time = performance.timeOrigin + event.timeStamp;
    if (this.locked) {
      if (event.type === "pointermove" && "onpointerrawupdate" in window) return false;
      this.#x += event.movementX;
      this.#y += event.movementY;
      return event.movementX !== 0 || event.movementY !== 0;
    }
    const { clientX, clientY } = event.pointerType === "touch" ? this.#taps.align(event) : event;
    this.#position = this.#display.toMacPixels(clientX, clientY);
    const { x, y } = this.#position;
    const moved = x !== this.#x || y !== this.#y;
    this.#x = x;
    this.#y = y;
    return moved;
  }

  /** @param {number} buttons */
  #setButtons(buttons) {
    if (buttons === this.#buttons) return;
    this.#buttons = buttons;
    this.#sendNow();
  }

  /** Send a message now, or when the interval is over; moves until then are combined into it. */
  #sendSoon() {
    if (this.#timer !== 0) return;
    const wait = this.#sentAt + MOVE_INTERVAL - performance.now();
    if (wait <= 0) this.#sendNow();
    else this.#timer = setTimeout(() => this.#sendNow(), wait);
  }

  #sendNow() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#sentAt = performance.now();
    const absolute = !this.locked;
    const x = absolute ? this.#x : Math.trunc(this.#x);
    const y = absolute ? this.#y : Math.trunc(this.#y);
    this.#send(mouseMessage({ absolute, x, y, buttons: this.#buttons, time: this.#time }));
    if (absolute) return;
    this.#x -= x;
    this.#y -= y;
  }

  /** @param {WheelEvent} event */
  #onWheel(event) {
    if (event.ctrlKey) return; // a pinch gesture: the browser zooms
    event.preventDefault();
    const unit = [1, LINE_HEIGHT, PAGE_HEIGHT][event.deltaMode] ?? 1;
    this.scroll(event.deltaX * unit, event.deltaY * unit);
  }

  /**
   * Turn the Mac's wheel. Fractions of a pixel are kept for the next turn.
   * @param {number} deltaX pixels, right is positive
   * @param {number} deltaY pixels, down is positive
   */
  scroll(deltaX, deltaY) {
    this.#wheelX += deltaX;
    this.#wheelY += deltaY;
    const [dx, dy] = [Math.trunc(this.#wheelX), Math.trunc(this.#wheelY)];
    if (dx === 0 && dy === 0) return;
    this.#send(wheelMessage(dx, dy, this.wheelArrows));
    this.#wheelX -= dx;
    this.#wheelY -= dy;
  }

  /** @param {PointerEvent} event */
  #isInReach({ clientX: x, clientY: y }) {
    if (this.locked) return true;
    const { left, top, right, bottom } = this.#screen.getBoundingClientRect();
    const [inWidth, inHeight] = [x >= left - EDGE_MARGIN && x < right + EDGE_MARGIN, y >= top - EDGE_MARGIN && y < bottom + EDGE_MARGIN];
    return inWidth && inHeight;
  }
}

/**
 * Return the mouse buttons that are down. A finger has the left one only; a pen's tip and its eraser are the left one,
 * and the tip is the right one while the barrel button is down.
 * @param {PointerEvent} event
 * @returns {number} bits as in MouseEvent.buttons
 */
function buttonsOf({ pointerType, buttons }) {
  if (pointerType === "touch") return Math.min(buttons, BUTTON_LEFT);
  const erases = pointerType === "pen" && (buttons & BUTTON_ERASER) !== 0;
  return (buttons & ALL_BUTTONS) | (erases ? BUTTON_LEFT : 0);
}
