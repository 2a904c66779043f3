// @ts-check
/** Polls gamepads while one is connected and the page is visible, and passes on what they do. */

import { padActions } from "./gamepad-state.js";

/** @import { GamepadMode } from "./gamepad-state.js" */
/** @import { HeldKeys } from "./held-keys.js" */
/** @import { Pointer } from "./pointer.js" */

/** Longest time between two polls that counts for a movement, ms. */
const MAX_STEP = 100;

/** @typedef {{readonly keys: HeldKeys, placeCode: (place: string) => number | undefined}} PadKeyboard see Keyboard */

/** Presses keys and moves the mouse. Dispatches "connected" when the first gamepad is. */
export class GamepadInput extends EventTarget {
  #keyboard;
  #pointer;
  /** @type {GamepadMode} */ #mode = "keys";
  /** @type {Set<string>} */ #places = new Set();
  #buttons = 0;
  #frame = 0;
  #polledAt = 0;

  /**
   * @param {PadKeyboard} keyboard
   * @param {Pick<Pointer, "moveBy" | "setButtons">} pointer
   */
  constructor(keyboard, pointer) {
    super();
    this.#keyboard = keyboard;
    this.#pointer = pointer;
    window.addEventListener("gamepadconnected", () => {
      if (this.#pads.length === 1) this.dispatchEvent(new Event("connected"));
      this.#start();
    });
    window.addEventListener("gamepaddisconnected", () => this.#poll());
    window.addEventListener("blur", () => this.#stop());
    window.addEventListener("focus", () => this.#start());
  }

  /** @returns {GamepadMode} */
  get mode() {
    return this.#mode;
  }

  set mode(mode) {
    this.#release();
    this.#mode = mode;
  }

  get #pads() {
    return navigator.getGamepads().filter((pad) => pad !== null);
  }

  #start() {
    if (this.#frame !== 0 || this.#pads.length === 0) return;
    this.#polledAt = performance.now();
    this.#next();
  }

  /** Animation frames come while the page is visible. */
  #next() {
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#poll();
      if (this.#pads.length > 0 && document.hasFocus()) this.#next();
    });
  }

  #stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#release();
  }

  #poll() {
    const now = performance.now();
    const seconds = Math.min(now - this.#polledAt, MAX_STEP) / 1000;
    this.#polledAt = now;
    const [pad] = this.#pads;
    const { places, speed, buttons } = padActions(pad ?? { axes: [], buttons: [] }, this.#mode);
    this.#setPlaces(places);
    if (speed.x !== 0 || speed.y !== 0) this.#pointer.moveBy(speed.x * seconds, speed.y * seconds);
    if (buttons === this.#buttons) return;
    this.#buttons = buttons;
    this.#pointer.setButtons(buttons);
  }

  #release() {
    this.#setPlaces([]);
    if (this.#buttons !== 0) this.#pointer.setButtons(0);
    this.#buttons = 0;
  }

  /** @param {string[]} places */
  #setPlaces(places) {
    for (const place of this.#places) if (!places.includes(place)) this.#keyboard.keys.release(`pad ${place}`);
    for (const place of places) {
      const adb = this.#keyboard.placeCode(place);
      const isNew = !this.#places.has(place);
      if (isNew && adb !== undefined) this.#keyboard.keys.press(`pad ${place}`, { adb, modifiers: [], virtual: true });
    }
    this.#places = new Set(places);
  }
}
