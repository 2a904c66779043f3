// @ts-check
/**
 * Converts keyboard events to ADB key codes, by KeyboardEvent.code (the key's position, not its label), and keeps
 * one model of the keys that are down: each event's modifier flags correct it, and while a key is down the server
 * gets it again every HEARTBEAT_INTERVAL, so that a page that stalls does not leave a key down.
 */

import { heldKeysMessage, keyMessage } from "./input-messages.js";
import { MODIFIERS, isAltGraphCharacter, mayLackRelease, modifiersOf } from "./modifiers.js";

/** @typedef {Record<string, number>} KeyMap KeyboardEvent.code to ADB key code */
/** @typedef {"meta" | "alt"} CommandKey the browser's key that is the Mac's ⌘; the other one is option */
/** @typedef {"apple" | "windows" | "other"} Platform whose keyboard events differ */
/** @import { Modifier } from "./modifiers.js" */

/**
 * @typedef {object} HeldKey
 * @property {number} adb the code that was sent for the key
 * @property {Modifier[]} modifiers that the browser may report for the key; empty if it is no modifier key
 */

/** @type {Record<string, string>} */
const SWAPPED = { MetaLeft: "AltLeft", MetaRight: "AltRight", AltLeft: "MetaLeft", AltRight: "MetaRight" };

/**
 * Interval between messages that list the keys that are down, ms. The server releases letters after 250 ms without
 * a message. SCTP repeats a lost packet when three later ones have arrived, which then takes 150 ms and the way.
 */
const HEARTBEAT_INTERVAL = 50;

/** Longest time between the two presses that Windows reports for AltGr, the left Control and the right Alt, ms. */
const ALTGR_PAIR = 50;

/** Sends key messages, and keeps which keys are down. */
export class Keyboard {
  /** @type {KeyMap} */ #map = {};
  /**
   * The keys that are down, by KeyboardEvent.code.
   * @type {Map<string, HeldKey>}
   */
  #held = new Map();
  #capsLock = false;
  /**
   * Modifiers whose state the browser reports. Some report none for AltGr, and some for the Windows key: those are
   * trusted once they have been reported as down.
   * @type {Set<Modifier>}
   */
  #reported = new Set(/** @type {const} */ (["Shift", "Control", "Alt"]));
  /** A dead key was pressed, and no release of a key reported since: the next ones may lack theirs, too. */
  #afterDeadKey = false;
  #controlPressedAt = -Infinity;
  #heartbeat = 0;
  #send;
  #platform;
  /** @type {CommandKey} */ commandKey;

  /**
   * @param {(message: ArrayBuffer) => void} send
   * @param {object} options
   * @param {Platform} options.platform of the browser
   * @param {CommandKey} options.commandKey
   */
  constructor(send, { platform, commandKey }) {
    this.#send = send;
    this.#platform = platform;
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
   * Handle the keyboard events of a window, and the modifier flags of its mouse events.
   * @param {Window} target
   * @param {(event: KeyboardEvent) => boolean} isForPage the page handles this key press itself
   */
  listen(target, isForPage) {
    target.addEventListener("keydown", (event) => {
      if (isForPage(event)) this.correct(event);
      else if (this.down(event)) event.preventDefault();
    }, { capture: true });
    // A release counts wherever the focus is by then.
    target.addEventListener("keyup", (event) => {
      if (this.up(event)) event.preventDefault();
    }, { capture: true });
    for (const type of /** @type {const} */ (["pointerdown", "pointerup", "pointermove"])) {
      // Touch screens do not know the keyboard's state.
      target.addEventListener(type, (event) => {
        if (event.pointerType === "mouse") this.correct(event);
      }, { capture: true });
    }
    target.addEventListener("wheel", (event) => this.correct(event), { capture: true, passive: true });
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
    for (const [code, { modifiers }] of this.#held) {
      if (modifiers.length > 0 && modifiers.every(isUp)) this.#release(code);
    }
  }

  /**
   * Handle a key press.
   * @param {KeyboardEvent} event
   * @returns {boolean} the key is in the table
   */
  down(event) {
    this.correct(event);
    const adb = this.#isAltGraph(event) ? this.#optionCode : this.adbCode(event.code);
    if (adb === undefined) return false;
    if (event.code === "CapsLock") {
      this.#setCapsLock(this.#platform === "apple" || !this.#capsLock);
      return true;
    }
    this.#setCapsLock(event.getModifierState("CapsLock"));
    if (!event.repeat) this.#pressNew(event, adb); // the Mac makes its own key repeats
    return true;
  }

  /**
   * Handle a key release.
   * @param {KeyboardEvent} event
   * @returns {boolean} its press was sent to the Mac
   */
  up(event) {
    this.correct(event);
    if (event.code === "CapsLock") {
      if (this.#platform === "apple") this.#setCapsLock(false);
      return true;
    }
    if (modifiersOf(event).length === 0) this.#afterDeadKey = false;
    return this.#release(event.code);
  }

  /** Mark all keys as released, without messages: the server has received a release message, or is gone. */
  clear() {
    this.#held.clear();
    this.#capsLock = false;
    this.#stopHeartbeat();
  }

  /** Send the ADB codes of the keys that are down: the server releases all others. */
  sendHeld() {
    const codes = [...this.#held.values()].map(({ adb }) => adb);
    const capsLock = this.#map["CapsLock"];
    if (this.#capsLock && capsLock !== undefined) codes.push(capsLock);
    this.#send(heldKeysMessage([...new Set(codes)]));
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

  /** The Mac's option key, whose place AltGr has on keyboards for other computers. */
  get #optionCode() {
    return this.#map["AltRight"] ?? this.#map["AltLeft"];
  }

  /**
   * Return whether a key is AltGr. Windows reports it as the left Control and the right Alt, pressed at once; where
   * the layout has no AltGr, the right Alt is pressed alone.
   * @param {KeyboardEvent} event
   */
  #isAltGraph({ key, code, timeStamp }) {
    return key === "AltGraph" || (this.#platform === "windows" && code === "AltRight" && timeStamp - this.#controlPressedAt < ALTGR_PAIR);
  }

  /**
   * Send the press of a key that is not a repeat.
   * @param {KeyboardEvent} event
   * @param {number} adb
   */
  #pressNew(event, adb) {
    const modifiers = modifiersOf(event);
    const apple = this.#platform === "apple";
    if (this.#held.has(event.code)) {
      if (modifiers.length > 0) return;
      this.#release(event.code); // its release was not reported
    }
    if (modifiers.length > 0) this.#releaseBefore(event, modifiers);
    if (!apple && isAltGraphCharacter(event) && !this.#changeToOption()) this.#tapWithOption(adb);
    else if (this.#mayLackRelease(event)) this.#tap(adb);
    else this.#press(event.code, { adb, modifiers });
  }

  /**
   * Chromium under X11 reports no release of the key after a dead key, either, if the two make no character: of
   * Backspace, for example.
   * @param {KeyboardEvent} event
   */
  #mayLackRelease(event) {
    if (event.key === "Dead") this.#afterDeadKey = true;
    const isModifier = modifiersOf(event).length > 0;
    return (this.#afterDeadKey && !isModifier) || mayLackRelease(event, this.#platform === "apple");
  }

  /**
   * Release what the press of a modifier ends: the Control of Windows' AltGr, and with ⌘ the keys of which macOS
   * reports no release from now on.
   * @param {KeyboardEvent} event
   * @param {Modifier[]} modifiers of the key
   */
  #releaseBefore(event, modifiers) {
    if (this.#platform === "apple") {
      if (modifiers.includes("Meta")) this.#releaseOthers();
    } else if (this.#platform === "windows") {
      if (event.code === "ControlLeft") this.#controlPressedAt = event.timeStamp;
      if (this.#isAltGraph(event)) this.#release("ControlLeft");
    }
  }

  /**
   * Make option of a right Alt key that turns out to be AltGr: a character typed with it is no ⌘ combination.
   * @returns {boolean} option is down
   */
  #changeToOption() {
    const option = this.#optionCode;
    if (option === undefined || this.#isDown(option)) return true;
    if (!this.#release("AltRight")) return false;
    this.#press("AltRight", { adb: option, modifiers: ["Alt", "AltGraph"] });
    return true;
  }

  /** @param {number} adb */
  #tapWithOption(adb) {
    // Windows: Control and the left Alt key are AltGr, too. They are up for the browser, except for their character.
    for (const code of ["AltLeft", "ControlLeft", "ControlRight"]) this.#release(code);
    this.#press("AltGraph", { adb: /** @type {number} */ (this.#optionCode), modifiers: [] });
    this.#tap(adb);
    this.#release("AltGraph");
  }

  /** @param {number} adb */
  #tap(adb) {
    if (this.#isDown(adb)) return;
    this.#send(keyMessage(adb, true));
    this.#send(keyMessage(adb, false));
  }

  /**
   * @param {string} code
   * @param {HeldKey} key
   */
  #press(code, key) {
    if (!this.#isDown(key.adb)) this.#send(keyMessage(key.adb, true));
    this.#held.set(code, key);
    if (this.#heartbeat === 0) this.#heartbeat = setInterval(() => this.sendHeld(), HEARTBEAT_INTERVAL);
  }

  /**
   * Release a key; the Mac's key is up when no other key with its code is down, such as the other Shift.
   * @param {string} code
   * @returns {boolean} the key was down
   */
  #release(code) {
    const key = this.#held.get(code);
    if (key === undefined) return false;
    this.#held.delete(code);
    if (!this.#isDown(key.adb)) this.#send(keyMessage(key.adb, false));
    if (this.#held.size === 0) this.#stopHeartbeat();
    return true;
  }

  /** Release the keys that are no modifiers. */
  #releaseOthers() {
    for (const [code, { modifiers }] of this.#held) if (modifiers.length === 0) this.#release(code);
  }

  /** @param {number} adb */
  #isDown(adb) {
    return [...this.#held.values()].some((key) => key.adb === adb);
  }

  #stopHeartbeat() {
    clearInterval(this.#heartbeat);
    this.#heartbeat = 0;
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
 * Return the platform that the browser runs on; macOS and iPadOS are "apple".
 * @returns {Platform}
 */
export function currentPlatform() {
  const { userAgentData } = /** @type {{userAgentData?: {platform: string}}} */ (navigator);
  const name = userAgentData?.platform ?? navigator.platform;
  if (/mac|iphone|ipad/i.test(name)) return "apple";
  return /^win/i.test(name) ? "windows" : "other";
}
