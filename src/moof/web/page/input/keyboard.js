// @ts-check
/** Converts keyboard events to ADB key codes, by KeyboardEvent.code: the key's position, not its label. */

import { keyMessage } from "./input-messages.js";

/** @typedef {Record<string, number>} KeyMap KeyboardEvent.code to ADB key code */
/** @typedef {"meta" | "alt"} CommandKey the browser's key that is the Mac's ⌘; the other one is option */

/** @type {Record<string, string>} */
const SWAPPED = { MetaLeft: "AltLeft", MetaRight: "AltRight", AltLeft: "MetaLeft", AltRight: "MetaRight" };

/**
 * @param {string} code
 * @returns {boolean}
 */
const isMeta = (code) => code === "MetaLeft" || code === "MetaRight";

/** Sends key messages, and keeps which keys are down. */
export class Keyboard {
  /** @type {KeyMap} */ #map = {};
  /**
   * KeyboardEvent.code of the keys that are down, and the ADB code that was sent for each.
   * @type {Map<string, number>}
   */
  #held = new Map();
  #capsLock = false;
  #send;
  #apple;
  /** @type {CommandKey} */ commandKey;

  /**
   * @param {(message: ArrayBuffer) => void} send
   * @param {object} options
   * @param {boolean} options.apple the browser runs on macOS or iPadOS, where ⌘ and caps lock behave differently
   * @param {CommandKey} options.commandKey
   */
  constructor(send, { apple, commandKey }) {
    this.#send = send;
    this.#apple = apple;
    this.commandKey = commandKey;
  }

  /**
   * Set the table of ADB key codes; keys that are not in it are the browser's.
   * @param {KeyMap} map
   */
  setMap(map) {
    this.#map = map;
  }

  /**
   * Handle the keyboard events of a window.
   * @param {Window} target
   * @param {(event: KeyboardEvent) => boolean} isForPage the page handles this key press itself
   */
  listen(target, isForPage) {
    target.addEventListener("keydown", (event) => {
      if (!isForPage(event) && this.down(event)) event.preventDefault();
    }, { capture: true });
    // A release counts wherever the focus is by then.
    target.addEventListener("keyup", (event) => {
      if (this.up(event)) event.preventDefault();
    }, { capture: true });
  }

  /**
   * Handle a key press.
   * @param {KeyboardEvent} event
   * @returns {boolean} the key is in the table
   */
  down(event) {
    const adb = this.adbCode(event.code);
    if (adb === undefined) return false;
    if (event.code === "CapsLock") {
      this.#setCapsLock(this.#apple || !this.#capsLock);
      return true;
    }
    this.#setCapsLock(event.getModifierState("CapsLock"));
    if (event.repeat || this.#held.has(event.code)) return true; // the Mac makes its own key repeats
    this.#send(keyMessage(adb, true));
    // While ⌘ is down, macOS reports no release of other keys to browsers.
    const noRelease = this.#apple && event.metaKey && !isMeta(event.code);
    if (noRelease) this.#send(keyMessage(adb, false));
    else this.#held.set(event.code, adb);
    return true;
  }

  /**
   * Handle a key release.
   * @param {KeyboardEvent} event
   * @returns {boolean} its press was sent to the Mac
   */
  up(event) {
    if (event.code === "CapsLock") {
      if (this.#apple) this.#setCapsLock(false);
      return true;
    }
    const adb = this.#held.get(event.code);
    if (adb === undefined) return false;
    this.#held.delete(event.code);
    this.#send(keyMessage(adb, false));
    return true;
  }

  /** Mark all keys as released, without messages: the server has received a release message, or is gone. */
  clear() {
    this.#held.clear();
    this.#capsLock = false;
  }

  /**
   * KeyboardEvent.code of the keys that are down.
   * @returns {string[]}
   */
  get held() {
    return [...this.#held.keys()];
  }

  /**
   * Return the ADB key code of a key.
   * @param {string} code KeyboardEvent.code
   * @returns {number | undefined}
   */
  adbCode(code) {
    return this.#map[this.commandKey === "alt" ? (SWAPPED[code] ?? code) : code];
  }

  /**
   * The caps lock of an ADB keyboard stays down while it is on. Only macOS reports it so; elsewhere it is pressed
   * and released like any other key, and may have been switched in another window.
   * @param {boolean} on
   */
  #setCapsLock(on) {
    const adb = this.#map["CapsLock"];
    if (adb === undefined || on === this.#capsLock) return;
    this.#capsLock = on;
    this.#send(keyMessage(adb, on));
  }
}

/**
 * Return the default for ⌘. Windows and Linux use the Windows key themselves, and Alt is where a Mac's keyboard
 * has ⌘.
 * @param {boolean} apple
 * @returns {CommandKey}
 */
export const defaultCommandKey = (apple) => (apple ? "meta" : "alt");

/**
 * Return whether the browser runs on macOS or iPadOS.
 * @returns {boolean}
 */
export function isApplePlatform() {
  const { userAgentData } = /** @type {{userAgentData?: {platform: string}}} */ (navigator);
  return /mac|iphone|ipad/i.test(userAgentData?.platform ?? navigator.platform);
}
