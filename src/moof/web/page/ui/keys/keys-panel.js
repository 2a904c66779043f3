// @ts-check
/** The panel "Keys": combinations and keys that the browser or the desktop keeps, and modifiers that stay down. */

import { fill, t } from "../../language/text.js";
import { focusByArrows } from "../arrow-keys.js";
import { elementById } from "../controls/elements.js";

/** @import { LatchedModifiers, ModifierName } from "../../input/latched-modifiers.js" */

/**
 * A button: its text, its name, and the places of the keys that it presses (Keyboard.strike).
 * @typedef {readonly [text: string, name: string, places: readonly string[]]} KeyButton
 */

/** @type {readonly KeyButton[]} */
const COMBINATIONS = [
  ["⌘W", t("Close window"), ["MetaLeft", "KeyW"]],
  ["⌘Q", t("Quit"), ["MetaLeft", "KeyQ"]],
  ["⌘N", t("New"), ["MetaLeft", "KeyN"]],
  ["⌘T", t("Plain text"), ["MetaLeft", "KeyT"]],
  ["⌘.", t("Stop"), ["MetaLeft", "Period"]],
  ["⌘ Tab", t("Next program"), ["MetaLeft", "Tab"]],
  ["⇧⌘3", t("Screenshot"), ["ShiftLeft", "MetaLeft", "Digit3"]],
  ["⇧⌘1", t("Eject disk"), ["ShiftLeft", "MetaLeft", "Digit1"]],
  ["⌘ Space", t("Next layout"), ["MetaLeft", "Space"]],
  ["⌥⌘ Esc", t("Force quit"), ["AltLeft", "MetaLeft", "Escape"]],
  ["⌘ Power", t("Interrupt"), ["MetaLeft", "Power"]],
  ["⌃⌘ Power", t("Restart"), ["ControlLeft", "MetaLeft", "Power"]],
];

/** @type {readonly KeyButton[]} */
const KEYS = [
  ["Esc", t("Escape"), ["Escape"]],
  ["Help", t("Help"), ["Help"]],
  ["Home", t("Home"), ["Home"]],
  ["Pg Up", t("Page up"), ["PageUp"]],
  ["Clear", t("Clear"), ["NumLock"]],
  ["Power", t("Power"), ["Power"]],
  ["Del", t("Forward delete"), ["Delete"]],
  ["End", t("End"), ["End"]],
  ["Pg Dn", t("Page down"), ["PageDown"]],
  ["Enter", t("Enter of the keypad"), ["NumpadEnter"]],
];

const FUNCTION_KEYS = Array.from({ length: 15 }, (_, index) => `F${index + 1}`);

/** @type {Record<ModifierName, string>} */
const SYMBOLS = { command: "⌘", option: "⌥", control: "⌃", shift: "⇧" };
const NAMES = /** @type {readonly ModifierName[]} */ (Object.keys(SYMBOLS));

const STATES = { off: "{key}", latched: t("{key}, for the next key or click"), locked: t("{key}, stays down") };

/** @type {Record<ModifierName, string>} */
const LABELS = { command: t("command"), option: t("option"), control: t("control"), shift: t("shift") };

/**
 * @typedef {object} KeysPanelActions
 * @property {(places: readonly string[]) => void} strike
 * @property {() => void} done a click has been handled: the focus goes back to the Mac
 */

/** The panel, and its button, which shows the modifiers that are down. */
export class KeysPanel {
  #actions;
  #latched;
  #panel = elementById("keys-panel", HTMLElement);
  #held = elementById("keys-held", HTMLElement);
  /** @type {Map<ModifierName, HTMLButtonElement>} */ #modifiers = new Map();

  /**
   * @param {KeysPanelActions} actions
   * @param {LatchedModifiers} latched
   */
  constructor(actions, latched) {
    this.#actions = actions;
    this.#latched = latched;
    for (const name of NAMES) this.#addModifier(name);
    for (const [text, name, places] of COMBINATIONS) this.#addCombination(text, name, places);
    for (const [text, name, places] of KEYS) this.#addKey("key-list", text, name, places);
    for (const name of FUNCTION_KEYS) this.#addKey("function-keys", name, name, [name]);
    focusByArrows(elementById("key-modifiers", HTMLElement), NAMES.length);
    focusByArrows(elementById("key-combinations", HTMLElement), 2);
    focusByArrows(elementById("key-list", HTMLElement), 5);
    focusByArrows(elementById("function-keys", HTMLElement), 8);
    latched.addEventListener("change", () => this.#showModifiers());
    this.#showModifiers();
  }

  /** @param {ModifierName} name */
  #addModifier(name) {
    const button = this.#add("key-modifiers", () => this.#latched.press(name));
    button.append(textElement("symbol", SYMBOLS[name]), textElement("name", LABELS[name]));
    this.#modifiers.set(name, button);
  }

  /**
   * The panel closes after a combination, like a menu: what it does may be below the panel.
   * @param {string} text
   * @param {string} name
   * @param {readonly string[]} places
   */
  #addCombination(text, name, places) {
    const button = this.#add("key-combinations", () => {
      this.#panel.hidePopover();
      this.#actions.strike(places);
    });
    button.append(textElement("name", name), textElement("shortcut", text));
  }

  /**
   * @param {string} id of the group
   * @param {string} text
   * @param {string} name
   * @param {readonly string[]} places
   */
  #addKey(id, text, name, places) {
    const button = this.#add(id, () => this.#actions.strike(places));
    button.textContent = text;
    // People who speak to their computer say what they see (WCAG 2.5.3).
    button.setAttribute("aria-label", text === name ? name : `${text}, ${name}`);
  }

  /**
   * Add a button. After a click with the pointer the focus goes back to the Mac; after one with the keyboard it stays.
   * @param {string} id of the group
   * @param {() => void} action
   * @returns {HTMLButtonElement}
   */
  #add(id, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", ({ detail }) => {
      action();
      if (detail > 0) this.#actions.done();
    });
    elementById(id, HTMLElement).append(button);
    return button;
  }

  #showModifiers() {
    for (const [name, button] of this.#modifiers) {
      const state = this.#latched.state(name);
      button.dataset["state"] = state;
      button.setAttribute("aria-pressed", String(state !== "off"));
      button.setAttribute("aria-label", fill(STATES[state], { key: LABELS[name] }));
    }
    const down = NAMES.filter((name) => this.#latched.state(name) !== "off");
    this.#held.textContent = down.map((name) => SYMBOLS[name]).join("");
    this.#held.hidden = down.length === 0;
  }
}

/**
 * @param {string} className
 * @param {string} text
 * @returns {HTMLSpanElement}
 */
function textElement(className, text) {
  return Object.assign(document.createElement("span"), { className, textContent: text });
}
