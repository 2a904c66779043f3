// @ts-check
/** Keys, from KeyboardEvent.code (the key's place, whatever is printed on it) to ADB key codes. */

import { keyMessage } from "./input-messages.js";

/** @typedef {Record<string, number>} KeyMap KeyboardEvent.code to ADB key code */
/** @typedef {"meta" | "alt"} CommandKey which of the two keys is ⌘; the other one is option */

/** @type {Record<string, string>} */
const SWAPPED = { MetaLeft: "AltLeft", MetaRight: "AltRight", AltLeft: "MetaLeft", AltRight: "MetaRight" };

/** @param {string} code */
const isMeta = (code) => code === "MetaLeft" || code === "MetaRight";

export class Keyboard {
  /** @type {KeyMap} */ #map = {};
  /** @type {Map<string, number>} event.code to the ADB code that went down with it */ #held = new Map();
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

  /** @param {KeyMap} map */
  setMap(map) {
    this.#map = map;
  }

  /**
   * Takes the keys of whatever has the focus, unless `ours` says that they are the page's.
   * @param {Window} target
   * @param {(event: KeyboardEvent) => boolean} ours
   */
  listen(target, ours) {
    target.addEventListener("keydown", (event) => {
      if (!ours(event) && this.down(event)) event.preventDefault();
    }, { capture: true });
    // Releases count wherever the focus has gone meanwhile.
    target.addEventListener("keyup", (event) => {
      if (this.up(event)) event.preventDefault();
    }, { capture: true });
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} the key is the Mac's
   */
  down(event) {
    const adb = this.adbCode(event.code);
    if (adb === undefined) return false;
    if (event.code === "CapsLock") {
      this.#turnCapsLock(this.#apple || !this.#capsLock);
      return true;
    }
    this.#followCapsLock(event);
    if (event.repeat || this.#held.has(event.code)) return true; // the Mac repeats by itself
    this.#send(keyMessage(adb, true));
    // While ⌘ is down macOS tells browsers nothing about other keys' going up.
    const upIsSilent = this.#apple && event.metaKey && !isMeta(event.code);
    if (upIsSilent) this.#send(keyMessage(adb, false));
    else this.#held.set(event.code, adb);
    return true;
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} the key was the Mac's
   */
  up(event) {
    if (event.code === "CapsLock") {
      if (this.#apple) this.#turnCapsLock(false);
      return true;
    }
    const adb = this.#held.get(event.code);
    if (adb === undefined) return false;
    this.#held.delete(event.code);
    this.#send(keyMessage(adb, false));
    return true;
  }

  /** Forgets what is held; the server has been told, or has gone. */
  forget() {
    this.#held.clear();
    this.#capsLock = false;
  }

  /** @returns {string[]} the codes of the keys that are down */
  get held() {
    return [...this.#held.keys()];
  }

  /**
   * @param {string} code KeyboardEvent.code
   * @returns {number | undefined}
   */
  adbCode(code) {
    return this.#map[this.commandKey === "alt" ? SWAPPED[code] ?? code : code];
  }

  /**
   * An ADB keyboard's caps lock stays down while it is on. Only macOS reports it so; elsewhere it is
   * pressed and released like any other key, and may have been switched in another window.
   * @param {boolean} on
   */
  #turnCapsLock(on) {
    const adb = this.#map.CapsLock;
    if (adb === undefined || on === this.#capsLock) return;
    this.#capsLock = on;
    this.#send(keyMessage(adb, on));
  }

  /** @param {KeyboardEvent} event */
  #followCapsLock(event) {
    this.#turnCapsLock(event.getModifierState("CapsLock"));
  }
}

/**
 * Windows and Linux keep the Windows key for themselves, and Alt is where ⌘ is on a Mac's keyboard.
 * @param {boolean} apple
 * @returns {CommandKey}
 */
export const defaultCommandKey = (apple) => (apple ? "meta" : "alt");

/** @returns {boolean} the browser runs on macOS or iPadOS */
export function onApple() {
  /** @type {{userAgentData?: {platform: string}}} */
  const { userAgentData } = /** @type {any} */ (navigator);
  return /mac|iphone|ipad/i.test(userAgentData?.platform ?? navigator.platform);
}
