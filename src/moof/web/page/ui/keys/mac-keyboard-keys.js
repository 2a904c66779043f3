// @ts-check
/** The keys of the keyboard on the screen: which ones stand in which row, and how wide they are. No DOM. */

import { t } from "../../language/text.js";

/** @import { ModifierName } from "../../input/latched-modifiers.js" */
/** @import { MacLayout } from "../../input/mac-layout.js" */

/** @typedef {"letters" | "symbols" | "functions"} KeyPage of a compact keyboard; a whole one shows all but F-keys */
/** @typedef {"symbols" | "functions" | "text" | "close"} KeySwitch */

/**
 * A key: of the Mac (place, KeyboardEvent.code), a modifier, or one of this keyboard. Without a name its label is what
 * the Mac's layout has there.
 * @typedef {object} ScreenKey
 * @property {number} width in widths of a letter
 * @property {string} [place]
 * @property {ModifierName} [modifier]
 * @property {KeySwitch} [switches]
 * @property {string} [name] as on an Apple keyboard: "return"
 * @property {string} [symbol] in place of the name: "⌘"
 * @property {boolean} [grows] takes the space that is left in its row
 */

/** @typedef {(place: string) => number | undefined} CodeOfPlace ADB key code */

/**
 * @typedef {object} KeyRowsOptions
 * @property {boolean} compact half a keyboard, for narrow windows
 * @property {KeyPage} page
 * @property {MacLayout | null} layout null: the U.S. one
 * @property {CodeOfPlace} codeOf
 */

const DIGITS = places("Digit", "1234567890");
const UPPER = [...places("Key", "QWERTYUIOP"), "BracketLeft", "BracketRight"];
const HOME = [...places("Key", "ASDFGHJKL"), "Semicolon", "Quote"];
const LOWER = places("Key", "ZXCVBNM");
const SIGNS = ["Comma", "Period", "Slash"];

/** The key that only ISO keyboards have; Apple's U.S. keyboards are ANSI ones. */
const ISO_KEY = "IntlBackslash";

const NONE = { shift: false, option: false, capsLock: false };

/** Width of all rows of a whole keyboard, that of Apple's: 14.5 keys. */
export const WHOLE_WIDTH = 14.5;
export const COMPACT_WIDTH = 10;

const DELETE = { place: "Backspace", name: "delete", symbol: "⌫" };
const RETURN = { place: "Enter", name: "return", symbol: "⏎" };
const SHIFT = { modifier: /** @type {const} */ ("shift"), name: "shift", symbol: "⇧" };
const CONTROL = { modifier: /** @type {const} */ ("control"), name: "control", symbol: "⌃" };
const OPTION = { modifier: /** @type {const} */ ("option"), name: "option", symbol: "⌥" };
const COMMAND = { modifier: /** @type {const} */ ("command"), name: "command", symbol: "⌘" };
const FUNCTIONS = { switches: /** @type {const} */ ("functions"), name: t("function keys"), symbol: "fn" };
const TEXT = { switches: /** @type {const} */ ("text"), name: t("the system’s keyboard"), symbol: "Aa" };
const ARROWS = [["Left", "←"], ["Right", "→"], ["Down", "↓"], ["Up", "↑"]].map(([name, symbol]) => (
  { place: `Arrow${name}`, name: `${name?.toLowerCase()} arrow`, symbol: symbol ?? "", width: 1 }
));

/**
 * Return the rows of the keyboard, from top to bottom.
 * @param {KeyRowsOptions} options
 * @returns {ScreenKey[][]}
 */
export function keyRows(options) {
  return options.compact ? compactRows(options) : wholeRows(options);
}

/**
 * The rows of the Apple Keyboard of 1987 (M0116), with a row of F-keys above when it is switched on.
 * @param {KeyRowsOptions} options
 * @returns {ScreenKey[][]}
 */
function wholeRows({ page, layout, codeOf }) {
  const iso = layout !== null && layout.name !== "us" && hasCharacter(layout, codeOf(ISO_KEY));
  const rows = [
    [{ place: "Escape", name: "esc", width: 1 }, ...keys([...DIGITS, "Minus", "Equal"]), { ...DELETE, width: 1.5 }],
    [{ place: "Tab", name: "tab", width: 1.5 }, ...keys(UPPER), ...keys(["Backslash"])],
    [{ ...CONTROL, width: 1.75 }, ...keys(HOME), { ...RETURN, width: 1.75 }],
    [
      { ...SHIFT, width: iso ? 1.25 : 2.25 }, ...keys(iso ? [ISO_KEY] : []), ...keys([...LOWER, ...SIGNS]),
      { ...SHIFT, width: 2.25 },
    ],
    [
      { place: "CapsLock", name: "caps lock", width: 1.25 }, { ...OPTION, width: 1.25 }, { ...COMMAND, width: 1.5 },
      ...keys(["Backquote"]), { place: "Space", name: "space", width: 3.25 }, ...ARROWS, { ...TEXT, width: 0.75 },
      { ...FUNCTIONS, width: 0.75 }, { ...closer(), width: 0.75 },
    ],
  ];
  const functionRow = functionKeys(1, 15).map((key) => ({ ...key, width: WHOLE_WIDTH / 15 }));
  return page === "functions" ? [functionRow, ...rows] : rows;
}

/**
 * Half a keyboard: letters, signs or F-keys, between two rows that stay.
 * @param {KeyRowsOptions} options
 * @returns {ScreenKey[][]}
 */
function compactRows(options) {
  const onLetters = options.page === "letters";
  const [first = [], second = [], third = []] = compactPage(options);
  return [
    [
      { place: "Escape", name: "esc", width: 1.2 }, { place: "Tab", name: "tab", width: 1.2 }, { ...FUNCTIONS, width: 1.2 },
      ...ARROWS, { ...TEXT, width: 1.2 }, { ...closer(), width: 1.2 },
    ],
    first,
    second,
    [{ ...SHIFT, width: 1.25, grows: true }, ...third, { ...DELETE, width: 1.25, grows: true }],
    [
      { switches: "symbols", name: onLetters ? t("digits and signs") : t("letters"), symbol: onLetters ? "123" : "abc", width: 1.25 },
      { ...CONTROL, width: 1 }, { ...OPTION, width: 1 }, { ...COMMAND, width: 1.25 },
      { place: "Space", name: "space", width: 3 }, ...keys(["Period"]), { ...RETURN, width: 1.5 },
    ],
  ];
}

/**
 * Return the three rows of a page. A place is a letter if the Mac's layout has one there: ö, but no comma at M's place.
 * @param {KeyRowsOptions} options
 * @returns {ScreenKey[][]}
 */
function compactPage({ page, layout, codeOf }) {
  if (page === "functions") return [functionKeys(1, 5), functionKeys(6, 10), functionKeys(11, 15)];
  /** @param {string} place */
  const isLetter = (place) => (layout ? /^\p{L}$/u.test(layout.character(codeOf(place) ?? -1, NONE)) : place.startsWith("Key"));
  const letters = [UPPER, HOME, [...LOWER, ...SIGNS]].map((row) => row.filter(isLetter));
  const widest = Math.max(...letters.map((row) => row.length), COMPACT_WIDTH);
  if (page === "letters") {
    // The last row has two more keys.
    return letters.map((row, index) => keys(row, Math.min(COMPACT_WIDTH / widest, index === 2 ? 7.5 / row.length : 1)));
  }
  const signs = [...UPPER, ...HOME].filter((place) => !isLetter(place));
  const others = ["Minus", "Equal", ...signs, "Backslash", "Backquote"];
  const iso = layout !== null && layout.name !== "us" && hasCharacter(layout, codeOf(ISO_KEY)) ? [ISO_KEY] : [];
  const last = [...iso, ...[...LOWER, ...SIGNS].filter((place) => !isLetter(place))];
  return [keys(DIGITS), keys(others, COMPACT_WIDTH / Math.max(others.length, 6)), keys(last, 7.5 / Math.max(last.length, 5))];
}

/**
 * @param {MacLayout} layout
 * @param {number | undefined} adb
 */
const hasCharacter = (layout, adb) => adb !== undefined && layout.label(adb, NONE) !== "";

const closer = () => ({ switches: /** @type {const} */ ("close"), name: t("close the keyboard"), symbol: "⌄" });

/**
 * @param {number} first
 * @param {number} last
 * @returns {ScreenKey[]} F-keys of a compact keyboard
 */
function functionKeys(first, last) {
  const count = last - first + 1;
  const width = last === 15 ? 7.5 / count : COMPACT_WIDTH / count; // the last row has two more keys
  return Array.from({ length: count }, (_, index) => ({ place: `F${first + index}`, name: `F${first + index}`, width }));
}

/**
 * @param {readonly string[]} row places
 * @param {number} [width]
 * @returns {ScreenKey[]} with labels of the Mac's layout
 */
function keys(row, width = 1) {
  return row.map((place) => ({ place, width }));
}

/**
 * @param {string} prefix
 * @param {string} names
 * @returns {string[]}
 */
function places(prefix, names) {
  return Array.from(names, (name) => prefix + name);
}
