// @ts-check
/**
 * Sends mouse messages, absolute or relative, and wheel messages: for the events of mouse and pen, and for the gestures
 * of a touch screen (touch-input.js) or a gamepad, which call its methods.
 */

import { BUTTON_LEFT, mouseMessage, wheelMessage } from "./input-messages.js";

/** @import { Cursor } from "../video/frame-metadata.js" */

/** @typedef {{x: number, y: number}} Position Mac pixels */
/**
 * @typedef {object} CoordinateMap see Display
 * @property {(clientX: number, clientY: number) => Position} toMacPixels
 * @property {number} width of the Mac's screen, pixels
 * @property {number} height
 */
/** @typedef {"absolute" | "relative"} MouseMode */

/**
 * Shortest interval between moves, and between turns of the wheel, ms. They are sent when they happen, not with the
 * next animation frame, which would cost up to 16 ms. But mice report up to 1000 times a second and the Mac reads them
 * 60 times: 125 a second, the rate of a USB mouse, is enough.
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

/** After a pause of this time, ms, the pointer is where the Mac says: a program may have moved it. */
const PAUSE = 300;

/** Sends mouse and wheel messages, and keeps which buttons are down. Dispatches "press" at the first button, "release" when all are up. */
export class Pointer extends EventTarget {
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
  #wheelSentAt = -Infinity;
  #wheelTimer = 0;
  /** Positions are sent, not movements. */
  #absolute = true;
  /**
   * The Mac's pointer in the newest frame; null while there is none.
   * @type {Cursor | null}
   */
  macCursor = null;

  /**
   * @param {HTMLElement} viewport where moves count
   * @param {HTMLElement} screen the picture, where presses count
   * @param {CoordinateMap} display
   * @param {(message: ArrayBuffer) => void} send
   */
  constructor(viewport, screen, display, send) {
    super();
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
    this.#absolute = mode === "absolute";
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
    if (!this.#absolute) this.#x = this.#y = 0;
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

  /**
   * Move the Mac's pointer to a place of the window.
   * @param {number} clientX
   * @param {number} clientY
   */
  pointTo(clientX, clientY) {
    this.#time = performance.timeOrigin + performance.now();
    if (this.#setPosition(this.#display.toMacPixels(clientX, clientY))) this.#sendSoon();
  }

  /**
   * Move the Mac's pointer; in relative mode the Mac gets the movement itself.
   * @param {number} dx Mac pixels
   * @param {number} dy
   */
  moveBy(dx, dy) {
    this.#time = performance.timeOrigin + performance.now();
    if (this.#mode === "relative") {
      this.#addMovement(dx, dy);
    } else {
      const paused = performance.now() - this.#sentAt > PAUSE || !this.#absolute;
      const { x, y } = (paused && this.macCursor) || { x: this.#x, y: this.#y };
      const { width, height } = this.#display;
      this.#setPosition({ x: clamp(x + dx, width - 1), y: clamp(y + dy, height - 1) });
    }
    this.#sendSoon();
  }

  /**
   * Set which buttons are down.
   * @param {number} buttons bits as in MouseEvent.buttons
   */
  setButtons(buttons) {
    if (buttons === this.#buttons) return;
    const first = this.#buttons === 0;
    this.#buttons = buttons;
    this.#sendNow();
    if (first) this.dispatchEvent(new Event("press"));
    if (buttons === 0) this.dispatchEvent(new Event("release"));
  }

  /**
   * Turn the Mac's wheel. Fractions of a pixel are kept for the next turn.
   * @param {number} deltaX Mac pixels, right is positive
   * @param {number} deltaY down is positive
   */
  scroll(deltaX, deltaY) {
    this.#wheelX += deltaX;
    this.#wheelY += deltaY;
    if (this.#wheelTimer !== 0) return; // it takes what is added until then
    const wait = this.#wheelSentAt + MOVE_INTERVAL - performance.now();
    if (wait <= 0) this.#sendWheel();
    else this.#wheelTimer = setTimeout(() => this.#sendWheel(), wait);
  }

  #sendWheel() {
    this.#wheelTimer = 0;
    const [dx, dy] = [Math.trunc(this.#wheelX), Math.trunc(this.#wheelY)];
    if (dx === 0 && dy === 0) return;
    this.#wheelSentAt = performance.now();
    this.#send(wheelMessage(dx, dy, this.wheelArrows));
    this.#wheelX -= dx;
    this.#wheelY -= dy;
  }

  /**
   * Return whether a press at this place counts.
   * @param {PointerEvent} event
   * @returns {boolean}
   */
  isInReach({ clientX: x, clientY: y }) {
    if (this.locked) return true;
    const { left, top, right, bottom } = this.#screen.getBoundingClientRect();
    const [inWidth, inHeight] = [x >= left - EDGE_MARGIN && x < right + EDGE_MARGIN, y >= top - EDGE_MARGIN && y < bottom + EDGE_MARGIN];
    return inWidth && inHeight;
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
    if (!isForPointer(event) || !this.isInReach(event)) return;
    event.preventDefault();
    if (!this.#screen.contains(document.activeElement)) this.#screen.focus({ preventScroll: true });
    if (event.pointerType === "mouse" && this.#mode === "relative" && !this.locked) {
      void this.lock(); // this press only locks the pointer
      return;
    }
    if (!this.locked) this.#viewport.setPointerCapture(event.pointerId);
    this.#updatePosition(event);
    this.setButtons(buttonsOf(event));
  }

  /** @param {PointerEvent} event */
  #onRelease(event) {
    if (!isForPointer(event) || this.#buttons === 0) return;
    if (event.type === "pointerup") this.#updatePosition(event); // the position of a pointercancel is invalid
    this.setButtons(event.type === "pointerup" ? buttonsOf(event) : 0);
  }

  /** @param {PointerEvent} event */
  #onMove(event) {
    if (!isForPointer(event) || (this.#needsLock(event) && !this.locked)) return;
    const moved = this.#updatePosition(event);
    // A second button's press or release is reported as a move. A button pressed elsewhere does not count.
    if (this.#buttons !== 0 && buttonsOf(event) !== this.#buttons) this.setButtons(buttonsOf(event));
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
    if (!this.locked) return this.#setPosition(this.#display.toMacPixels(event.clientX, event.clientY));
    if (event.type === "pointermove" && "onpointerrawupdate" in window) return false;
    this.#addMovement(event.movementX, event.movementY);
    return event.movementX !== 0 || event.movementY !== 0;
  }

  /**
   * @param {Position} position
   * @returns {boolean} it has changed
   */
  #setPosition(position) {
    this.#absolute = true;
    this.#position = position;
    const moved = position.x !== this.#x || position.y !== this.#y;
    this.#x = position.x;
    this.#y = position.y;
    return moved;
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  #addMovement(dx, dy) {
    this.#x = dx + (this.#absolute ? 0 : this.#x);
    this.#y = dy + (this.#absolute ? 0 : this.#y);
    this.#absolute = false;
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
    const absolute = this.#absolute && !this.locked;
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
}

/**
 * @param {number} value
 * @param {number} high
 * @returns {number} at least 0
 */
const clamp = (value, high) => Math.min(Math.max(value, 0), high);

/**
 * Return whether an event is one of the mouse or a pen.
 * @param {PointerEvent} event
 * @returns {boolean}
 */
const isForPointer = ({ isPrimary, pointerType }) => isPrimary && pointerType !== "touch";

/**
 * Return the mouse buttons that are down. A pen's tip and its eraser are the left one, and the tip is the right one while
 * the barrel button is down.
 * @param {PointerEvent} event
 * @returns {number} bits as in MouseEvent.buttons
 */
function buttonsOf({ pointerType, buttons }) {
  const erases = pointerType === "pen" && (buttons & BUTTON_ERASER) !== 0;
  return (buttons & ALL_BUTTONS) | (erases ? BUTTON_LEFT : 0);
}
