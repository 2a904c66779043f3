// @ts-check
/** The mouse (or a finger), absolute over the picture or relative while the pointer is locked. */

import { BUTTON_LEFT, mouseMessage, wheelMessage } from "./input-messages.js";

/** @typedef {import("../video/display.js").Display} Display */
/** @typedef {"absolute" | "relative"} MouseMode */

/**
 * A move is sent as soon as it happens, not with the next animation frame: that would cost up to 16 ms. But
 * mice report up to 1000 times a second, and the Mac looks 60 times: 125 a second, as a USB mouse, is plenty.
 */
const MOVE_INTERVAL = 8;

/** Pixels for a line, and for a page, of wheels that count in those. */
const LINE = 16;
const PAGE = 400;

/** So far from the Mac's pointer, in its pixels, the hand is marked on the page. */
const LEAD = 3;

/** The picture's edge is a target (the menu bar!): so far outside of it a press still counts, in CSS pixels. */
const REACH = 18;

export class Pointer {
  #desk;
  #screen;
  #display;
  #send;
  /** @type {MouseMode} */ #mode = "absolute";
  #buttons = 0;
  #sentAt = -Infinity;
  #timer = 0;
  /** The last place, or the way gone since the last message with its fraction of a pixel. */
  #x = 0;
  #y = 0;
  #time = 0;
  #wheelX = 0;
  #wheelY = 0;

  /**
   * @param {HTMLElement} desk where moves count
   * @param {HTMLElement} screen the picture, where presses count
   * @param {Display} display
   * @param {(message: ArrayBuffer) => void} send
   */
  constructor(desk, screen, display, send) {
    this.#desk = desk;
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
    this.#x = 0;
    this.#y = 0;
    if (mode === "absolute" && this.locked) document.exitPointerLock();
  }

  get locked() {
    return document.pointerLockElement === this.#screen;
  }

  /**
   * The hand is where the Mac's pointer has yet to come.
   * @param {{x: number, y: number}} cursor the Mac's, in its pixels
   */
  leads(cursor) {
    if (this.#mode !== "absolute" || this.locked || this.#sentAt === -Infinity) return false;
    return Math.abs(cursor.x - this.#x) > LEAD || Math.abs(cursor.y - this.#y) > LEAD;
  }

  /** Forgets which buttons are down; the server has been told, or has gone. */
  forget() {
    this.#buttons = 0;
    this.#x = 0;
    this.#y = 0;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** The mouse's own counts where the browser has them: the Mac accelerates by itself. */
  async lock() {
    if (this.locked) return;
    try {
      await this.#screen.requestPointerLock({ unadjustedMovement: true });
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NotSupportedError") return;
      await Promise.resolve(this.#screen.requestPointerLock()).catch(() => {});
    }
  }

  #listen() {
    const moved = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
    for (const type of new Set([moved, "pointermove"])) {
      this.#desk.addEventListener(type, (event) => this.#moved(/** @type {PointerEvent} */ (event)));
    }
    this.#desk.addEventListener("pointerdown", (event) => this.#pressed(event));
    for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) {
      this.#desk.addEventListener(type, (event) => this.#released(event));
    }
    this.#desk.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    for (const type of ["contextmenu", "auxclick", "dragstart"]) {
      this.#desk.addEventListener(type, (event) => event.preventDefault());
    }
  }

  /** @param {PointerEvent} event */
  #pressed(event) {
    if (!event.isPrimary || !this.#reaches(event)) return;
    event.preventDefault();
    this.#screen.focus({ preventScroll: true });
    if (event.pointerType === "mouse" && this.#mode === "relative" && !this.locked) {
      this.lock(); // this press only hands the mouse over
      return;
    }
    if (!this.locked) this.#desk.setPointerCapture(event.pointerId);
    this.#take(event);
    this.#setButtons(buttonsOf(event));
  }

  /** @param {PointerEvent} event */
  #released(event) {
    if (!event.isPrimary || this.#buttons === 0) return;
    if (event.type === "pointerup") this.#take(event); // a cancelled one's position means nothing
    this.#setButtons(event.type === "pointerup" ? buttonsOf(event) : 0);
  }

  /** @param {PointerEvent} event */
  #moved(event) {
    if (!event.isPrimary || (this.#wantsLock(event) && !this.locked)) return;
    const moved = this.#take(event);
    // A second button's press or release comes as a move. One held since elsewhere is not the Mac's.
    if (this.#buttons !== 0 && buttonsOf(event) !== this.#buttons) this.#setButtons(buttonsOf(event));
    else if (moved) this.#pace();
  }

  /** @param {PointerEvent} event */
  #wantsLock(event) {
    return this.#mode === "relative" && event.pointerType === "mouse";
  }

  /**
   * Notes where the event was; a raw update and the move that follows it tell the same, so only one counts.
   * @param {PointerEvent} event
   * @returns {boolean} it says something new
   */
  #take(event) {
    this.#time = performance.timeOrigin + event.timeStamp;
    if (this.locked) {
      if (event.type === "pointermove" && "onpointerrawupdate" in window) return false;
      this.#x += event.movementX;
      this.#y += event.movementY;
      return event.movementX !== 0 || event.movementY !== 0;
    }
    const { x, y } = this.#display.toMac(event.clientX, event.clientY);
    const moved = x !== this.#x || y !== this.#y;
    this.#x = x;
    this.#y = y;
    return moved;
  }

  /** @param {number} buttons */
  #setButtons(buttons) {
    if (buttons === this.#buttons) return;
    this.#buttons = buttons;
    this.#flush();
  }

  /** At once, or as soon as the interval allows; what comes in between is folded into that one message. */
  #pace() {
    if (this.#timer !== 0) return;
    const wait = this.#sentAt + MOVE_INTERVAL - performance.now();
    if (wait <= 0) this.#flush();
    else this.#timer = setTimeout(() => this.#flush(), wait);
  }

  #flush() {
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
  #wheel(event) {
    if (event.ctrlKey) return; // a pinch: the browser's zoom
    event.preventDefault();
    const unit = [1, LINE, PAGE][event.deltaMode] ?? 1;
    this.#wheelX += event.deltaX * unit;
    this.#wheelY += event.deltaY * unit;
    const [dx, dy] = [Math.trunc(this.#wheelX), Math.trunc(this.#wheelY)];
    if (dx === 0 && dy === 0) return;
    this.#send(wheelMessage(dx, dy));
    this.#wheelX -= dx;
    this.#wheelY -= dy;
  }

  /** @param {PointerEvent} event */
  #reaches({ clientX, clientY }) {
    if (this.locked) return true;
    const { left, top, right, bottom } = this.#screen.getBoundingClientRect();
    return clientX >= left - REACH && clientX < right + REACH && clientY >= top - REACH && clientY < bottom + REACH;
  }
}

/** A finger or a pen is the mouse's one button. @param {PointerEvent} event */
function buttonsOf({ pointerType, buttons }) {
  return pointerType === "mouse" ? buttons & 7 : Math.min(buttons, BUTTON_LEFT);
}
