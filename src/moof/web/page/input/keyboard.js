// @ts-check
/**
 * Converts keyboard events to ADB key codes, by the key's place (key-places.js), not its label, or to characters
 * (characters.js).
 */

import { characterOf, characterToSend, meansCharacter } from "./characters.js";
import { Composition } from "./composition.js";
import { HeldKeys } from "./held-keys.js";
import { KeyPlaces, hasCode } from "./key-places.js";
import { isAltGraphCharacter, isModifierCode, mayLackRelease, modifiersOf } from "./modifiers.js";
import { piecesOf } from "./text-edits.js";

/** @typedef {Record<string, number>} KeyMap KeyboardEvent.code to ADB key code */
/** @import { Typing } from "./characters.js" */
/** @import { MacLayout } from "./mac-layout.js" */
/** @import { Modifier } from "./modifiers.js" */
/** @import { CommandKey, Platform } from "./platform.js" */

/** @type {Record<string, string>} */
const SWAPPED = { MetaLeft: "AltLeft", MetaRight: "AltRight", AltLeft: "MetaLeft", AltRight: "MetaRight" };

/** Longest time between the two presses that Windows reports for AltGr, the left Control and the right Alt, ms. */
const ALTGR_PAIR = 50;

/** Sends the key presses and releases of the browser's events. Dispatches "layout" when what keys give has changed. */
export class Keyboard extends EventTarget {
  /** @type {KeyMap} */ #map = {};
  /** A dead key was pressed, and no release of a key reported since: the next ones may lack theirs, too. */
  #afterDeadKey = false;
  #controlPressedAt = -Infinity;
  #held;
  #platform;
  #missing;
  /** @type {CommandKey} */ commandKey;
  /** Which key is at which place. */
  places = new KeyPlaces();
  /** @type {Typing} */ typing = "automatic";
  /** @type {MacLayout | null} */ #layout = null;
  /** Which key presses are left to the browser's text field. */
  composition = new Composition();

  /**
   * @param {(message: ArrayBuffer) => void} send
   * @param {object} options
   * @param {Platform} options.platform of the browser
   * @param {CommandKey} options.commandKey
   * @param {(characters: string[]) => void} [options.missing] the Mac cannot type these
   */
  constructor(send, { platform, commandKey, missing = () => undefined }) {
    super();
    this.#held = new HeldKeys(send);
    this.#missing = missing;
    this.#platform = platform;
    this.commandKey = commandKey;
  }

  /**
   * Set the table of ADB key codes; keys that are not in it are the browser's.
   * @param {KeyMap} map
   */
  setMap(map) {
    this.#map = map;
    this.dispatchEvent(new Event("layout"));
  }

  /** The Mac's keyboard layout; without one all keys are places. */
  get layout() {
    return this.#layout;
  }

  set layout(layout) {
    this.#layout = layout;
    this.dispatchEvent(new Event("layout"));
  }

  /**
   * Handle the keyboard events of a window, and the modifier flags of its mouse events.
   * @param {Window} target
   * @param {(event: KeyboardEvent) => boolean} isForPage the page handles this key press itself
   */
  listen(target, isForPage) {
    target.addEventListener("keydown", (event) => {
      if (isForPage(event)) this.#held.correct(event);
      else if (this.down(event)) event.preventDefault();
    }, { capture: true });
    // A release counts wherever the focus is by then.
    target.addEventListener("keyup", (event) => {
      if (this.up(event)) event.preventDefault();
    }, { capture: true });
    for (const type of /** @type {const} */ (["pointerdown", "pointerup", "pointermove"])) {
      // Touch screens do not know the keyboard's state.
      target.addEventListener(type, (event) => {
        if (event.pointerType === "mouse") this.#held.correct(event);
      }, { capture: true });
    }
    target.addEventListener("wheel", (event) => this.#held.correct(event), { capture: true, passive: true });
  }

  /**
   * Handle a key press.
   * @param {KeyboardEvent} event
   * @returns {boolean} the key is in the table, or its character was typed
   */
  down(event) {
    this.#held.correct(event);
    if (this.composition.takes(event, this.typing)) return false;
    const place = this.places.placeOf(event);
    const adb = this.#isAltGraph(event) ? this.#optionCode : this.adbCode(place);
    if (adb === undefined) return this.#typeCharacterOf(event);
    if (place === "CapsLock") {
      this.#setCapsLock(this.#platform === "apple" || !this.#held.capsLock);
      return true;
    }
    this.#setCapsLock(event.getModifierState("CapsLock") && !this.places.capsLockControl);
    if (!hasCode(event)) this.#held.tap(adb);
    else if (!event.repeat) this.#pressNew(event, adb); // the Mac makes its own key repeats
    return true;
  }

  /**
   * Handle a key release.
   * @param {KeyboardEvent} event
   * @returns {boolean} its press was sent to the Mac
   */
  up(event) {
    this.#held.correct(event);
    const released = this.#held.release(event.code);
    if (!released && this.places.placeOf(event) === "CapsLock") {
      if (this.#platform === "apple") this.#setCapsLock(false);
      return true;
    }
    if (modifiersOf(event).length === 0) this.#afterDeadKey = false;
    return released;
  }

  /**
   * Press keys of the Mac one after the other, and release them: a combination that the browser keeps.
   * @param {readonly string[]} places as KeyboardEvent.code has them on an Apple keyboard
   */
  strike(places) {
    const codes = places.map((place) => this.#map[place]).filter((adb) => adb !== undefined);
    for (const adb of codes) this.#held.press(`struck ${adb}`, { adb, modifiers: [] });
    for (const adb of codes.reverse()) this.#held.release(`struck ${adb}`);
  }

  /**
   * Type a text that no keys of this keyboard made.
   * @param {string} text at most some words: the server drops a viewer that sends too many messages
   */
  type(text) {
    const missing = this.#nameMissing(text);
    for (const piece of piecesOf(text.normalize("NFC"), missing)) {
      if (piece === "\n") this.strike(["Enter"]);
      else this.#held.type(piece);
    }
  }

  /** The keys that are down, which others may press, too. */
  get keys() {
    return this.#held;
  }

  /** Mark all keys as released, without messages: the server has received a release message, or is gone. */
  clear() {
    this.#held.clear();
  }

  /** Send the ADB codes of the keys that are down: the server releases all others. */
  sendHeld() {
    this.#held.sendList();
  }

  /** KeyboardEvent.code of the keys that are down. */
  get held() {
    return this.#held.codes;
  }

  /**
   * Return the ADB key code of a key.
   * @param {string} code KeyboardEvent.code
   */
  adbCode(code) {
    return this.#map[this.commandKey === "alt" ? (SWAPPED[code] ?? code) : code];
  }

  /**
   * Return the ADB key code of a place on the Mac's keyboard.
   * @param {string} place KeyboardEvent.code
   */
  placeCode(place) {
    return this.#map[place];
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
      this.#held.release(event.code); // its release was not reported
    }
    if (modifiers.length > 0) this.#releaseBefore(event, modifiers);
    if (!apple && isAltGraphCharacter(event) && !this.#changeToOption()) {
      this.#tapWithOption(event, adb);
      return;
    }
    const character = this.#characterFor(event, adb);
    if (character !== null && !this.#isTypeable(character)) return;
    if (this.#mayLackRelease(event, adb)) this.#held.tap(adb, character);
    else this.#held.press(event.code, { adb, character, modifiers });
  }

  /**
   * Return the character to send for a key press.
   * @param {KeyboardEvent} event
   * @param {number} [adb] code of its key, if it has one
   * @param {boolean} [option] the Mac's Option is down
   * @returns {string | null} null: send the place
   */
  #characterFor(event, adb, option = this.#isDown(this.#optionCode)) {
    const character = this.places.characterWithoutCapsLock(event, characterOf(event));
    const altGraph = event.getModifierState("AltGraph") || this.#held.holds("AltGraph");
    const host = { platform: this.#platform, commandKey: this.commandKey, option, altGraph };
    if (character === null || this.#isLatched() || !meansCharacter(event, host)) return null;
    const command = this.#isDown(this.#map["MetaLeft"]) || this.#isDown(this.#map["ControlLeft"]);
    const modifiers = { shift: this.#isDown(this.#map["ShiftLeft"]), option, capsLock: this.#held.capsLock };
    return characterToSend({ character, adb, command }, this, modifiers);
  }

  /** Shift or Option of no keyboard is down, so that the browser's character is not the one that is meant. */
  #isLatched() {
    return ["ShiftLeft", "AltLeft"].some((place) => this.#held.isVirtual(this.#map[place] ?? -1));
  }

  /** @param {number | undefined} adb */
  #isDown(adb) {
    return adb !== undefined && this.#held.isDown(adb);
  }

  /**
   * Type the character of a key that is not in the table.
   * @param {KeyboardEvent} event
   * @returns {boolean} it was typed, or the Mac cannot type it
   */
  #typeCharacterOf(event) {
    const character = this.#characterFor(event);
    if (character === null) return false;
    if (this.#isTypeable(character)) this.#held.type(character);
    return true;
  }

  /**
   * Name the characters of a text that the Mac cannot type, and return them.
   * @param {string} text
   */
  #nameMissing(text) {
    const missing = this.layout?.missing(text) ?? Array.from(text);
    if (missing.length > 0) this.#missing(missing);
    return missing;
  }

  #isTypeable = (/** @type {string} */ character) => this.#nameMissing(character).length === 0;

  /**
   * Chromium under X11 reports no release of the key after a dead key, either, if the two make no character: of
   * Backspace, for example.
   * @param {KeyboardEvent} event
   * @param {number} adb
   */
  #mayLackRelease(event, adb) {
    if (event.key === "Dead") this.#afterDeadKey = true;
    const isModifier = isModifierCode(adb);
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
      if (modifiers.includes("Meta")) this.#held.releaseOthers();
    } else if (this.#platform === "windows") {
      if (event.code === "ControlLeft") this.#controlPressedAt = event.timeStamp;
      if (this.#isAltGraph(event)) this.#held.release("ControlLeft");
    }
  }

  /**
   * Make option of a right Alt key that turns out to be AltGr: a character typed with it is no ⌘ combination.
   * @returns {boolean} option is down
   */
  #changeToOption() {
    const option = this.#optionCode;
    if (option === undefined || this.#held.isDown(option)) return true;
    if (!this.#held.release("AltRight")) return false;
    this.#held.press("AltRight", { adb: option, modifiers: ["Alt", "AltGraph"] });
    return true;
  }

  /**
   * Windows: Control and the left Alt key are AltGr, too. They are up for the browser, except for their character.
   * @param {KeyboardEvent} event
   * @param {number} adb
   */
  #tapWithOption(event, adb) {
    for (const code of ["AltLeft", "ControlLeft", "ControlRight"]) this.#held.release(code);
    const character = this.#characterFor(event, adb, true);
    if (character !== null) {
      if (this.#isTypeable(character)) this.#held.tap(adb, character);
      return;
    }
    this.#held.press("AltGraph", { adb: /** @type {number} */ (this.#optionCode), modifiers: [] });
    this.#held.tap(adb);
    this.#held.release("AltGraph");
  }

  /**
   * The caps lock of an ADB keyboard stays down while it is on. Only macOS reports it so; elsewhere it is pressed
   * and released like any other key, and may have been switched in another window.
   * @param {boolean} on
   */
  #setCapsLock(on) {
    const adb = this.#map["CapsLock"];
    if (adb !== undefined) this.#held.setCapsLock(adb, on);
  }
}
