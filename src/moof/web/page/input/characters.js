// @ts-check
/**
 * Whether a key press is sent as a place (the key, whose character the Mac's layout decides) or as a character (which
 * the server types in the Mac's layout).
 */

/** @import { MacLayout, MacModifiers } from "./mac-layout.js" */
/** @import { CommandKey, Platform } from "./platform.js" */

/**
 * automatic: the place where the Mac's layout has the same character there, otherwise the character
 * · places: always the place · characters: always the character
 * @typedef {"automatic" | "places" | "characters"} Typing
 */

/** @type {readonly Typing[]} */
export const TYPINGS = ["automatic", "places", "characters"];

/**
 * @typedef {object} TypingState
 * @property {Typing} typing
 * @property {MacLayout | null} layout of the Mac; null while it is unknown
 */

/**
 * Return the character that a key press makes. A key of the keypad makes none: the Mac's programs tell it from others.
 * @param {KeyboardEvent} event
 * @returns {string | null} null if it makes none; in Unicode's normal form C
 */
export function characterOf({ key, code }) {
  if (code.startsWith("Numpad")) return null;
  const isName = /^[A-Z][A-Za-z0-9]+$/.test(key);
  return key === "" || isName ? null : key.normalize("NFC");
}

/**
 * @typedef {object} HostModifiers
 * @property {Platform} platform of the browser
 * @property {CommandKey} commandKey
 * @property {boolean} option the Mac's Option is down
 * @property {boolean} altGraph AltGr is down, by the event's flag or by its press: WebKitGTK has no flag
 */

/**
 * Return whether the browser's character is the one that a person means. It is not where the Mac's ⌘ is a key with
 * which the browser makes other characters (Option of macOS), nor where the Mac's Option is one that the browser does
 * not make characters with (Alt elsewhere).
 * @param {KeyboardEvent} event
 * @param {HostModifiers} host
 * @returns {boolean}
 */
export function meansCharacter(event, { platform, commandKey, option, altGraph }) {
  if (platform !== "apple") return !option || altGraph;
  if (commandKey === "alt") return !event.altKey && !option;
  return true;
}

/**
 * Return whether a character of no use to a Mac is a letter of another script: its key is more useful as a place.
 * @param {string} character
 * @returns {boolean}
 */
const isOfOtherScript = (character) => /^\p{L}/u.test(character) && !/^\p{Script=Latin}/u.test(character);

/**
 * @typedef {object} KeyPress
 * @property {string} character that it makes
 * @property {number | undefined} adb code of the key, if it has one
 * @property {boolean} command ⌘ or Control is down
 */

/**
 * Return the character to send for a key press.
 * @param {KeyPress} press
 * @param {TypingState} state
 * @param {MacModifiers} modifiers that are down on the Mac
 * @returns {string | null} null: send the place
 */
export function characterToSend({ character, adb, command }, { typing, layout }, modifiers) {
  if (typing === "places" || !layout) return null;
  if (adb === undefined) return character;
  if (command && layout.missing(character).length > 0) return null;
  if (typing === "characters") return character;
  if (isOfOtherScript(character)) return layout.missing(character).length > 0 ? null : character;
  return layout.character(adb, modifiers) === character ? null : character;
}
