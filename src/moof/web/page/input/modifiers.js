// @ts-check
/** The modifiers of keyboard and mouse events: which keys are modifiers, and which keys' presses have no release. */

/** @typedef {"Shift" | "Control" | "Alt" | "Meta" | "AltGraph"} Modifier as getModifierState and KeyboardEvent.key name it */

/** @type {readonly Modifier[]} */
export const MODIFIERS = ["Shift", "Control", "Alt", "Meta", "AltGraph"];

/** @type {Record<string, Modifier>} */
const MODIFIER_OF_CODE = {
  ShiftLeft: "Shift",
  ShiftRight: "Shift",
  ControlLeft: "Control",
  ControlRight: "Control",
  AltLeft: "Alt",
  AltRight: "Alt",
  MetaLeft: "Meta",
  MetaRight: "Meta",
  OSLeft: "Meta", // WebKitGTK
  OSRight: "Meta",
};

/**
 * Return the modifiers that a browser may report while a key is down: those of its position and of its meaning.
 * They differ where the desktop has exchanged keys, and for Shift+Alt under X11, whose key is "Meta".
 * @param {KeyboardEvent} event
 * @returns {Modifier[]} empty if it is no modifier key
 */
export function modifiersOf({ code, key }) {
  return MODIFIERS.filter((modifier) => modifier === MODIFIER_OF_CODE[code] || modifier === key);
}

/**
 * Return whether browsers may report no release of a key after this press. Chromium under X11 reports none of dead
 * keys, no browser all of those that an input method takes, and macOS none of keys pressed with ⌘. Releases of
 * modifiers that are missing show in the flags of the next event.
 * @param {KeyboardEvent} event
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @returns {boolean}
 */
export function mayLackRelease(event, apple) {
  if (modifiersOf(event).length > 0) return false;
  return event.key === "Dead" || isTakenByInputMethod(event) || (apple && event.metaKey);
}

/**
 * Return whether an input method has taken a key press. The first one of a composition is not part of it yet and
 * has only the keyCode 229 (UI Events, legacy key models).
 * @param {KeyboardEvent} event
 * @param {boolean} [isComposing] there is a composition
 * @returns {boolean}
 */
export function isTakenByInputMethod(event, isComposing = event.isComposing) {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else tells it
  return isComposing || event.keyCode === 229;
}

/**
 * Return whether a key press types a character with AltGr: "@" of German AltGr+Q.
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
export function isAltGraphCharacter(event) {
  return event.getModifierState("AltGraph") && (/^.$/u.test(event.key) || event.key === "Dead");
}

/**
 * ADB key codes of the modifiers, the right ones and caps lock included (Apple Guide to the Macintosh Family
 * Hardware, chapter 8).
 */
const MODIFIER_CODES = new Set([0x36, 0x37, 0x38, 0x39, 0x3a, 0x3f, 0x7b, 0x7c, 0x7d]);

/**
 * Return whether an ADB key code is that of a modifier.
 * @param {number} adb
 * @returns {boolean}
 */
export const isModifierCode = (adb) => MODIFIER_CODES.has(adb);
