// @ts-check
/** Settings kept by the browser between visits; without storage (private windows) they last for one visit. */

/** @import { CommandKey } from "../input/platform.js" */
/** @import { MouseMode } from "../input/pointer.js" */
/** @import { ScalingMode } from "../video/scaling.js" */

const PREFIX = "moof.";

/**
 * @typedef {object} Values
 * @property {CommandKey | null} commandKey null: the platform's default
 * @property {MouseMode} mouseMode
 * @property {ScalingMode} scaling
 * @property {number} volume 0 to 1
 * @property {boolean} muted
 * @property {string | null} codec null: the server's default
 */

/** @type {Values} */
const DEFAULTS = { commandKey: null, mouseMode: "absolute", scaling: "whole", volume: 1, muted: false, codec: null };

/**
 * Checks of stored values: other pages of this origin, and older versions, may have written anything.
 * @type {{[K in keyof Values]: (value: unknown) => value is Values[K]}}
 */
const VALIDATORS = {
  commandKey: (value) => value === null || value === "meta" || value === "alt",
  mouseMode: (value) => value === "absolute" || value === "relative",
  scaling: (value) => value === "whole" || value === "fill",
  volume: isVolume,
  muted: (value) => typeof value === "boolean",
  codec: isCodec,
};

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
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden: the setting lasts for this visit.
    }
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
 * @param {string} name
 * @returns {unknown} undefined if nothing valid is stored
 */
function readStorage(name) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
