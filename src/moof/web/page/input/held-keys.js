// @ts-check
/**
 * The keys that are down, by KeyboardEvent.code or another name of what presses them: the keyboard on the screen, a
 * gamepad. Each event's modifier flags correct them, and while a key is down the server gets the list of them again
 * every HEARTBEAT_INTERVAL, so that a page that stalls does not leave a key down.
 */

import { NO_PLACE, characterMessage, heldKeysMessage, keyMessage } from "./input-messages.js";
import { MODIFIERS, isModifierCode, modifiersOf } from "./modifiers.js";

/** @import { Modifier } from "./modifiers.js" */

/**
 * @typedef {object} HeldKey
 * @property {number} adb the code that was sent for the key
 * @property {Modifier[]} modifiers that the browser may report for the key; empty if it is no modifier key of a keyboard
 * @property {string | null} [character] that was sent in place of the key
 * @property {boolean} [virtual] it is no key of a keyboard, so keyboard events say nothing about it
 */

/**
 * Interval between messages that list the keys that are down, ms. The server releases letters after 250 ms without
 * a message. SCTP repeats a lost packet when three later ones have arrived, which then takes 150 ms and the way.
 */
const HEARTBEAT_INTERVAL = 50;

/**
 * Keeps which keys are down, and sends their presses, releases and lists. Dispatches "press" before the message for a
 * key that is no modifier, "release" after the one for its release, and "clear".
 */
export class HeldKeys extends EventTarget {
  /**
   * The keys that are down, by KeyboardEvent.code.
   * @type {Map<string, HeldKey>}
   */
  #held = new Map();
  /**
   * The code of caps lock while it is on.
   * @type {number | null}
   */
  #capsLock = null;
  /**
   * Modifiers whose state the browser reports. Some report none for AltGr, and some for the Windows key: those are
   * trusted once they have been reported as down.
   * @type {Set<Modifier>}
   */
  #reported = new Set(/** @type {const} */ (["Shift", "Control", "Alt"]));
  #heartbeat = 0;
  #send;

  /** @param {(message: ArrayBuffer) => void} send */
  constructor(send) {
    super();
    this.#send = send;
  }

  /**
   * KeyboardEvent.code of the keys that are down.
   * @returns {string[]}
   */
  get codes() {
    return [...this.#held.keys()];
  }

  /** Caps lock is on. */
  get capsLock() {
    return this.#capsLock !== null;
  }

  /**
   * Return whether a key is down.
   * @param {string} code
   */
  has(code) {
    return this.#held.has(code);
  }

  /**
   * Return whether a modifier key is down.
   * @param {Modifier} modifier
   * @returns {boolean}
   */
  holds(modifier) {
    return [...this.#held.values()].some(({ modifiers }) => modifiers.includes(modifier));
  }

  /**
   * Return whether a key with that ADB code is down.
   * @param {number} adb
   */
  isDown(adb) {
    return [...this.#held.values()].some((key) => key.adb === adb);
  }

  /**
   * Return whether no key of a keyboard has this ADB code down: browsers do not know of it.
   * @param {number} adb
   */
  isVirtual(adb) {
    return [...this.#held.values()].some((key) => key.adb === adb && key.virtual);
  }

  /**
   * Release the modifiers that are up by the flags of an event: their release was reported to another window, or
   * to none. The flags do not count for the event's own key: browsers differ in whether they include it, and under
   * X11 the release of one Shift key has no flag for the other one.
   * @param {KeyboardEvent | MouseEvent} event
   */
  correct(event) {
    for (const modifier of MODIFIERS) if (event.getModifierState(modifier)) this.#reported.add(modifier);
    const own = event instanceof KeyboardEvent ? modifiersOf(event) : [];
    /** @param {Modifier} modifier */
    const isUp = (modifier) => this.#reported.has(modifier) && !event.getModifierState(modifier) && !own.includes(modifier);
    for (const [code, { modifiers }] of [...this.#held]) {
      if (modifiers.length > 0 && modifiers.every(isUp)) this.release(code);
    }
  }

  /**
   * Press a key, and keep it down.
   * @param {string} code
   * @param {HeldKey} key
   */
  press(code, key) {
    if (!this.isDown(key.adb)) this.#sendPress(key.adb, key.character);
    this.#held.set(code, key);
    if (this.#heartbeat === 0) this.#heartbeat = setInterval(() => this.sendList(), HEARTBEAT_INTERVAL);
  }

  /**
   * Release a key; the Mac's key is up when no other key with its code is down, such as the other Shift.
   * @param {string} code
   * @returns {boolean} the key was down
   */
  release(code) {
    const key = this.#held.get(code);
    if (key === undefined) return false;
    this.#held.delete(code);
    if (this.#held.size === 0) this.#stopHeartbeat();
    if (!this.isDown(key.adb)) this.#sendRelease(key.adb);
    return true;
  }

  /**
   * Press and release a key at once, unless it is down.
   * @param {number} adb
   * @param {string | null} [character] to send in place of the key
   */
  tap(adb, character) {
    if (this.isDown(adb)) return;
    this.#sendPress(adb, character);
    this.#sendRelease(adb);
  }

  /**
   * Type characters that are on no key.
   * @param {string} characters at most 32 bytes in UTF-8
   */
  type(characters) {
    this.dispatchEvent(new Event("press"));
    this.#send(characterMessage(NO_PLACE, characters));
    this.dispatchEvent(new Event("release"));
  }

  /** Release the keyboard's keys that are no modifiers. */
  releaseOthers() {
    for (const [code, { modifiers, virtual }] of [...this.#held]) if (modifiers.length === 0 && !virtual) this.release(code);
  }

  /**
   * Press or release caps lock, which stays down while it is on, as on ADB keyboards.
   * @param {number} adb
   * @param {boolean} on
   */
  setCapsLock(adb, on) {
    if (on === this.capsLock) return;
    this.#capsLock = on ? adb : null;
    this.#send(keyMessage(adb, on));
  }

  /** Send the ADB codes of the keys that are down: the server releases all others. */
  sendList() {
    const codes = [...this.#held.values()].map(({ adb }) => adb);
    if (this.#capsLock !== null) codes.push(this.#capsLock);
    this.#send(heldKeysMessage([...new Set(codes)]));
  }

  /** Mark all keys as released, without messages. */
  clear() {
    this.#held.clear();
    this.#capsLock = null;
    this.#stopHeartbeat();
    this.dispatchEvent(new Event("clear"));
  }

  /**
   * @param {number} adb
   * @param {string | null} [character]
   */
  #sendPress(adb, character) {
    if (!isModifierCode(adb)) this.dispatchEvent(new Event("press"));
    this.#send(character ? characterMessage(adb, character) : keyMessage(adb, true));
  }

  /** @param {number} adb */
  #sendRelease(adb) {
    this.#send(keyMessage(adb, false));
    if (!isModifierCode(adb)) this.dispatchEvent(new Event("release"));
  }

  #stopHeartbeat() {
    clearInterval(this.#heartbeat);
    this.#heartbeat = 0;
  }
}
