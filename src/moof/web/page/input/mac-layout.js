// @ts-check
/**
 * The keyboard layouts that a Mac may have: which character a key gives, and what can be typed at all. The server
 * has them as `/layouts.json` (docs/protocol.md, section "Keyboard layouts").
 */

/** @typedef {string | {dead: string}} KeyOutput a character, "" for none; of a dead key, its accent */

/**
 * @typedef {object} LayoutData
 * @property {string} title for people
 * @property {Record<string, KeyOutput[]>} keys ADB code to the key's outputs: plain, Shift, Option, Option and Shift
 * @property {Record<string, Record<string, string>>} dead accent to next character to the Mac's character for both
 * @property {Record<string, string>} caps character to that with caps lock, where it is not the one with Shift
 */

/** @typedef {{default: string, layouts: Record<string, LayoutData>}} LayoutsFile */

/**
 * @typedef {object} MacModifiers the Mac's modifiers that change a key's character
 * @property {boolean} shift
 * @property {boolean} option
 * @property {boolean} capsLock
 */

const SHIFT = 1;
const OPTION = 2;

/** Characters of keys that every layout has. */
const CONTROLS = ["\r", "\n", "\t"];

/** One layout. */
export class MacLayout {
  #data;
  /** @type {Set<string> | null} */ #typeable = null;
  name;
  title;

  /**
   * @param {string} name
   * @param {LayoutData} data
   */
  constructor(name, data) {
    this.name = name;
    this.title = data.title;
    this.#data = data;
  }

  /**
   * Return the character that a key gives.
   * @param {number} adb ADB code
   * @param {MacModifiers} modifiers
   * @returns {string} "" for none, and for dead keys
   */
  character(adb, { shift, option, capsLock }) {
    const outputs = this.#data.keys[adb];
    const level = (shift ? SHIFT : 0) | (option ? OPTION : 0);
    const output = outputs?.[level];
    if (typeof output !== "string") return "";
    return capsLock ? this.#withCapsLock(output, outputs?.[level | SHIFT]) : output;
  }

  /**
   * Return what to write on a key: its character, or the accent of a dead key.
   * @param {number} adb ADB code
   * @param {MacModifiers} modifiers
   * @returns {string} "" for none
   */
  label(adb, modifiers) {
    const output = this.#data.keys[adb]?.[(modifiers.shift ? SHIFT : 0) | (modifiers.option ? OPTION : 0)];
    return typeof output === "object" ? output.dead : this.character(adb, modifiers);
  }

  /**
   * Return the characters of a text that the layout cannot type, each once.
   * @param {string} text
   * @returns {string[]}
   */
  missing(text) {
    this.#typeable ??= this.#allCharacters();
    const typeable = this.#typeable;
    return [...new Set(text.normalize("NFC"))].filter((character) => !typeable.has(character));
  }

  /**
   * Caps lock acts as Shift does, on letters alone.
   * @param {string} character
   * @param {KeyOutput | undefined} shifted
   * @returns {string}
   */
  #withCapsLock(character, shifted) {
    const own = this.#data.caps[character];
    if (own !== undefined) return own;
    return shifted === character.toUpperCase() ? shifted : character;
  }

  /** @returns {Set<string>} */
  #allCharacters() {
    const outputs = Object.values(this.#data.keys).flat();
    const direct = outputs.filter((output) => typeof output === "string");
    const composed = Object.values(this.#data.dead).flatMap((of) => Object.values(of));
    return new Set([...direct, ...composed, ...CONTROLS]);
  }
}

/**
 * Return the layouts of the server's file, by name.
 * @param {LayoutsFile} file
 * @returns {Map<string, MacLayout>}
 */
export function macLayouts(file) {
  return new Map(Object.entries(file.layouts).map(([name, data]) => [name, new MacLayout(name, data)]));
}
