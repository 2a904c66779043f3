// @ts-check
/** Settings kept by the browser between visits; without storage (private windows) they last for one visit. */

import { BROWSER_KEY_GROUPS } from "../../input/browser-keys.js";
import { TYPINGS } from "../../input/characters.js";
import { isLanguage } from "../../language/language.js";
import { PIXELS, SCALES } from "../../video/scaling.js";

/** @import { BrowserKeyGroup } from "../../input/browser-keys.js" */
/** @import { CommandKey } from "../../input/platform.js" */
/** @import { Typing } from "../../input/characters.js" */
/** @import { GamepadMode } from "../../input/gamepad-state.js" */
/** @import { TouchMode } from "../../input/one-finger.js" */
/** @import { MouseMode } from "../../input/pointer.js" */
/** @import { Pixels, Scale } from "../../video/scaling.js" */

const PREFIX = "moof.";
/** Characters of a name that the server takes. */
const MAX_NAME = 40;

/**
 * @typedef {object} Values
 * @property {CommandKey | null} commandKey null: the platform's default
 * @property {boolean} capsLockControl the caps lock key is a Control key
 * @property {boolean} followDesktop modifiers are where the desktop has them, not where the keyboard has
 * @property {(readonly BrowserKeyGroup[]) | null} browserKeys that stay with the browser; null: the platform's default
 * @property {boolean} wheelArrows the wheel sends arrow keys where the Mac has no wheel
 * @property {boolean} keysExplained the hint about the keyboard was shown
 * @property {boolean} welcomed the lines for a first visit were dismissed
 * @property {Typing} typing
 * @property {boolean | null} pasteTypes Ctrl+V, or ⌘V, types this computer's clipboard; null: the platform's default
 * @property {boolean} layoutChosen the Mac's keyboard layout was chosen once, by the person or by the page
 * @property {MouseMode} mouseMode
 * @property {TouchMode} touchMode
 * @property {GamepadMode} gamepadMode
 * @property {Scale} scale of the picture
 * @property {Pixels} pixels
 * @property {boolean} followWindow the Mac's screen has the size of the window
 * @property {boolean} readScreen the Mac's texts are there for screen readers
 * @property {number} volume 0 to 1
 * @property {boolean} muted
 * @property {string | null} language null: that of the browser
 * @property {string} personName under which others see this page's person; "": that of the token
 * @property {string | null} codec null: the server's default
 */

/** @type {Values} */
const DEFAULTS = {
  commandKey: null,
  capsLockControl: false,
  followDesktop: false,
  browserKeys: null,
  wheelArrows: false,
  keysExplained: false,
  welcomed: false,
  typing: "automatic",
  pasteTypes: null,
  layoutChosen: false,
  mouseMode: "absolute",
  touchMode: "direct",
  gamepadMode: "keys",
  scale: "auto",
  pixels: "sharp",
  followWindow: false,
  readScreen: false,
  volume: 1,
  muted: false,
  language: null,
  personName: "",
  codec: null,
};

/**
 * Checks of stored values: other pages of this origin, and older versions, may have written anything.
 * @type {{[K in keyof Values]: (value: unknown) => value is Values[K]}}
 */
const VALIDATORS = {
  commandKey: (value) => value === null || value === "meta" || value === "alt",
  capsLockControl: isBoolean,
  followDesktop: isBoolean,
  browserKeys: isKeyGroups,
  wheelArrows: isBoolean,
  keysExplained: isBoolean,
  welcomed: isBoolean,
  typing: isOneOf(TYPINGS),
  pasteTypes: (value) => value === null || isBoolean(value),
  layoutChosen: isBoolean,
  mouseMode: (value) => value === "absolute" || value === "relative",
  gamepadMode: (value) => value === "keys" || value === "mouse",
  touchMode: (value) => value === "direct" || value === "trackpad",
  scale: isOneOf(SCALES),
  pixels: isOneOf(PIXELS),
  followWindow: isBoolean,
  readScreen: isBoolean,
  volume: isVolume,
  muted: isBoolean,
  language: (value) => value === null || isLanguage(value),
  personName: isShortText,
  codec: isCodec,
};

/**
 * @template {string} T
 * @param {readonly T[]} names
 * @returns {(value: unknown) => value is T}
 */
function isOneOf(names) {
  return /** @type {(value: unknown) => value is T} */ ((value) => names.some((name) => name === value));
}

/**
 * @param {unknown} value
 * @returns {value is boolean}
 */
function isBoolean(value) {
  return typeof value === "boolean";
}

/**
 * @param {unknown} value
 * @returns {value is string}
 */
function isShortText(value) {
  return typeof value === "string" && value.length <= MAX_NAME;
}

/**
 * @param {unknown} value
 * @returns {value is BrowserKeyGroup[] | null}
 */
function isKeyGroups(value) {
  const known = /** @type {readonly unknown[]} */ (BROWSER_KEY_GROUPS);
  return value === null || (Array.isArray(value) && value.every((group) => known.includes(group)));
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
function isVolume(value) {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/**
 * @param {unknown} value
 * @returns {value is string | null}
 */
function isCodec(value) {
  return value === null || (typeof value === "string" && /^[a-z0-9-]{1,16}$/.test(value));
}

/** Reads all settings when it is made, and writes each one that is set. */
export class Settings {
  #values = { ...DEFAULTS };

  constructor() {
    for (const name of /** @type {(keyof Values)[]} */ (Object.keys(DEFAULTS))) this.#load(name);
  }

  /**
   * Return a setting.
   * @template {keyof Values} K
   * @param {K} name
   * @returns {Values[K]}
   */
  get(name) {
    return this.#values[name];
  }

  /**
   * Change a setting.
   * @template {keyof Values} K
   * @param {K} name
   * @param {Values[K]} value
   */
  set(name, value) {
    this.#values[name] = value;
    writeStorage(name, value);
  }

  /**
   * @template {keyof Values} K
   * @param {K} name
   */
  #load(name) {
    const value = readStorage(name);
    if (VALIDATORS[name](value)) this.#values[name] = value;
  }
}

/**
 * Keep a value under the name of a setting.
 * @param {string} name
 * @param {unknown} value
 */
export function writeStorage(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the setting lasts for this visit.
  }
}

/**
 * Return what is kept under the name of a setting.
 * @param {string} name
 * @returns {unknown} undefined if nothing valid is stored
 */
export function readStorage(name) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
