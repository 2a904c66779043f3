// @ts-check
/**
 * The browser's own key combinations: which of them a key press is, and which stay with the browser unless the
 * person chooses otherwise. Browsers do not offer pages all of them: Ctrl+T, Ctrl+N, Ctrl+W and Ctrl+Tab reach the
 * page only in full screen with the Keyboard Lock API.
 */

/** @typedef {"reload" | "fullScreen" | "zoom" | "developer" | "tabs"} BrowserKeyGroup */

/** @type {readonly BrowserKeyGroup[]} */
export const BROWSER_KEY_GROUPS = Object.freeze(["reload", "fullScreen", "zoom", "developer", "tabs"]);

/** Digits and signs are named by the key's place as well: French keyboards have digits with Shift alone. */
const ZOOM = new Set(["+", "-", "=", "_", "0", "Digit0", "Numpad0", "NumpadAdd", "NumpadSubtract"]);
const TABS = new Set(["Tab", "PageUp", "PageDown"]);
const DEVELOPER = new Set(["KeyI", "KeyJ", "KeyC"]);

/** @type {Record<string, BrowserKeyGroup>} */
const FUNCTION_KEYS = { F5: "reload", F11: "fullScreen", F12: "developer" };

/**
 * Return the groups that stay with the browser at first. On a Mac the combinations with ⌘ are those of the Mac's own
 * programs; elsewhere they are with Control, which hardly any of them uses.
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @returns {readonly BrowserKeyGroup[]}
 */
export const defaultBrowserKeys = (apple) => (apple ? ["fullScreen", "developer"] : BROWSER_KEY_GROUPS);

/**
 * Return the group of combinations that a key press belongs to.
 * @param {KeyboardEvent} event
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @returns {BrowserKeyGroup | null} null if the browser has no use for it, or one that is in no group
 */
export function browserKeyGroup(event, apple) {
  return apple ? groupOfMacOS(event) : groupOfOthers(event);
}

/**
 * @param {KeyboardEvent} event
 * @returns {BrowserKeyGroup | null}
 */
function groupOfMacOS(event) {
  switch (chordOf(event)) {
    case "Meta":
      return groupWithCommand(event);
    case "Control":
      return event.key === "Tab" ? "tabs" : null;
    case "Alt+Meta":
      return DEVELOPER.has(event.code) ? "developer" : null; // the option key makes another character of the letter
    case "Control+Meta":
      return letterOf(event) === "KeyF" ? "fullScreen" : null;
    default:
      return null;
  }
}

/**
 * @param {KeyboardEvent} event
 * @returns {BrowserKeyGroup | null}
 */
function groupOfOthers(event) {
  switch (chordOf(event)) {
    case "":
      return FUNCTION_KEYS[event.key] ?? null;
    case "Control":
      if (event.shiftKey && DEVELOPER.has(letterOf(event))) return "developer";
      return event.key === "F5" ? "reload" : groupWithCommand(event);
    default:
      return null;
  }
}

/**
 * Return the group of a combination with the browser's command key: Control, or ⌘.
 * @param {KeyboardEvent} event
 * @returns {BrowserKeyGroup | null}
 */
function groupWithCommand(event) {
  const { key, code, shiftKey } = event;
  if (letterOf(event) === "KeyR") return "reload";
  if (ZOOM.has(key) || ZOOM.has(code)) return "zoom";
  if (TABS.has(key) || (!shiftKey && /^Digit[1-9]$/.test(code))) return "tabs";
  return null;
}

/**
 * Return the modifiers of a key press, without Shift.
 * @param {KeyboardEvent} event
 * @returns {string} such as "Control+Alt"
 */
function chordOf(event) {
  return ["AltGraph", "Control", "Alt", "Meta"].filter((name) => event.getModifierState(name)).join("+");
}

/**
 * Return the letter of a key press as browsers find it: the character, or where the keyboard has another alphabet,
 * the Latin letter of the place.
 * @param {KeyboardEvent} event
 * @returns {string} the KeyboardEvent.code that a U.S. keyboard has for it
 */
function letterOf({ key, code }) {
  return /^[ -~]$/.test(key) ? `Key${key.toUpperCase()}` : code;
}
