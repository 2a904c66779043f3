// @ts-check
/**
 * Which key of the keyboard is which: usually the one at that place (KeyboardEvent.code). The desktop may have
 * exchanged some (Alt and the Windows key, Control and caps lock), which only KeyboardEvent.key tells.
 */

/** @type {Record<string, string>} */
const PLACES = { Control: "Control", Alt: "Alt", Meta: "Meta", OS: "Meta", Super: "Meta", Hyper: "Meta", Shift: "Shift" };

/**
 * Names of an older draft of UI Events, which WebKitGTK has.
 * @type {Record<string, string>}
 */
const OLD_CODES = { OSLeft: "MetaLeft", OSRight: "MetaRight" };

/** Keys without a second one at the other side. */
const SINGLE = new Set(["CapsLock", "Escape", "Backspace"]);

/** Keys that desktops exchange. */
const EXCHANGED = /^(?:(?:Control|Alt|Meta|Shift)(?:Left|Right)|CapsLock|Escape|Backspace)$/;

/**
 * Return whether the browser tells which key an event is about. Keyboards on the screen have no keys.
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
export const hasCode = ({ code }) => code !== "" && code !== "Unidentified";

/** The places of keys, after the desktop's and the person's changes. */
export class KeyPlaces {
  /** Caps lock is a second Control. */
  capsLockControl = false;
  /** The desktop's exchanged keys are followed. */
  followDesktop = false;
  /**
   * Where the desktop has moved a key, by KeyboardEvent.code.
   * @type {Map<string, string>}
   */
  #moved = new Map();

  /**
   * Return the place that a key has; for one of a keyboard on the screen, that of the key with its name.
   * @param {KeyboardEvent} event
   * @returns {string} as KeyboardEvent.code
   */
  placeOf(event) {
    if (!hasCode(event)) return event.key;
    const code = OLD_CODES[event.code] ?? event.code;
    const place = this.followDesktop ? this.#followed(code, event) : code;
    return this.capsLockControl && place === "CapsLock" ? "ControlLeft" : place;
  }

  /**
   * Return the character that a key press means. While caps lock is Control, the desktop switches it with every press.
   * @param {KeyboardEvent} event
   * @param {string | null} character of the event
   * @returns {string | null}
   */
  characterWithoutCapsLock(event, character) {
    if (!this.capsLockControl || character === null || !event.getModifierState("CapsLock")) return character;
    const lower = character.toLowerCase();
    return character === lower ? character.toUpperCase() : lower;
  }

  /**
   * With Shift held, X11 calls Alt keys "Meta", which the Windows key is, too: what was seen without Shift counts.
   * @param {string} code of the key
   * @param {KeyboardEvent} event
   * @returns {string}
   */
  #followed(code, { key, shiftKey }) {
    if (!EXCHANGED.test(code)) return code;
    if (shiftKey && key === "Meta") return this.#moved.get(code) ?? code;
    const place = placeNamed(key, code);
    if (place) this.#moved.set(code, place);
    return place ?? code;
  }
}

/**
 * @param {string} key KeyboardEvent.key
 * @param {string} code KeyboardEvent.code, whose side of the keyboard is kept
 * @returns {string | undefined} undefined for keys that desktops do not exchange
 */
function placeNamed(key, code) {
  if (SINGLE.has(key)) return key;
  const name = PLACES[key];
  return name && name + (code.endsWith("Right") ? "Right" : "Left");
}
