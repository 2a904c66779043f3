// @ts-check
/** The options of keys and wheel: their controls in the panel "Keys", their settings, and the parts that they change. */

import { BROWSER_KEY_GROUPS, defaultBrowserKeys } from "../../input/browser-keys.js";
import { commandKeyNames, defaultCommandKey } from "../../input/platform.js";
import { t } from "../../language/text.js";
import { elementById } from "../controls/elements.js";
import { describeWayOut, fullScreenKeys } from "../way-out.js";

/** @import { BrowserKeyGroup } from "../../input/browser-keys.js" */
/** @import { Typing } from "../../input/characters.js" */
/** @import { Keyboard } from "../../input/keyboard.js" */
/** @import { CommandKey } from "../../input/platform.js" */
/** @import { Pointer } from "../../input/pointer.js" */
/** @import { PageKeys } from "../page-keys.js" */
/** @import { Settings, Values } from "./settings.js" */

/** @type {Record<BrowserKeyGroup, [name: string, apple: string, other: string]>} */
const GROUPS = {
  reload: [t("Reload"), "⌘R", "F5, Ctrl+R"],
  fullScreen: [t("Full screen"), fullScreenKeys(true), fullScreenKeys(false)],
  zoom: [t("Zoom"), "⌘+ ⌘− ⌘0", "Ctrl+ − 0"],
  developer: [t("Developer tools"), "⌥⌘I", "F12, Ctrl+Shift+I"],
  tabs: [t("Tabs"), "⌃Tab, ⌘1–9", "Ctrl+Tab, Ctrl+1–9"],
};

/**
 * @typedef {object} TypingOptions
 * @property {Typing} choice
 * @property {boolean} pasteTypes
 */

/**
 * @typedef {object} KeyParts
 * @property {Keyboard} keyboard
 * @property {Pointer} pointer
 * @property {PageKeys} pageKeys
 * @property {TypingOptions} typing
 */

/**
 * @typedef {object} KeyOptionsActions
 * @property {() => void} releaseAll before a change: a key that is down now may have another meaning afterwards
 * @property {(key: CommandKey) => void} showCommandKey
 */

/** The options. */
export class KeyOptions {
  #settings;
  #parts;
  #actions;
  #apple;

  /**
   * @param {Settings} settings
   * @param {KeyParts} parts that have these settings
   * @param {KeyOptionsActions} actions
   * @param {boolean} apple the browser runs on macOS or iPadOS
   */
  constructor(settings, parts, actions, apple) {
    this.#settings = settings;
    this.#parts = parts;
    this.#actions = actions;
    this.#apple = apple;
    for (const key of /** @type {const} */ (["alt", "meta"])) this.#connectCommandKey(key);
    this.#connectTyping();
    this.#connectSwitch("caps-lock-control", "capsLockControl");
    this.#connectSwitch("follow-desktop", "followDesktop");
    this.#connectSwitch("wheel-arrows", "wheelArrows");
    // macOS reports that caps lock is on, not that its key is down.
    if (apple) elementById("caps-lock-option", HTMLElement).hidden = true;
    for (const group of BROWSER_KEY_GROUPS) this.#addBrowserKeys(group);
    elementById("way-out", HTMLElement).textContent = describeWayOut(apple);
    this.#apply();
  }

  /** Make ⌘ the other key. */
  toggleCommandKey() {
    this.#set("commandKey", this.#commandKey === "meta" ? "alt" : "meta");
  }

  get #commandKey() {
    return this.#settings.get("commandKey") ?? defaultCommandKey(this.#apple);
  }

  get #browserKeys() {
    return this.#settings.get("browserKeys") ?? defaultBrowserKeys(this.#apple);
  }

  /** Give the settings to the parts, and show them. */
  #apply() {
    const { keyboard, pointer, pageKeys, typing } = this.#parts;
    keyboard.commandKey = this.#commandKey;
    keyboard.places.capsLockControl = this.#settings.get("capsLockControl") && !this.#apple;
    keyboard.places.followDesktop = this.#settings.get("followDesktop");
    pointer.wheelArrows = this.#settings.get("wheelArrows");
    pageKeys.browserKeys = this.#browserKeys;
    typing.choice = this.#settings.get("typing");
    typing.pasteTypes = this.#settings.get("pasteTypes") ?? !this.#apple;
    elementById("paste-types", HTMLInputElement).checked = typing.pasteTypes;
    elementById(`command-${this.#commandKey}`, HTMLInputElement).checked = true;
    this.#actions.showCommandKey(this.#commandKey);
  }

  /**
   * @template {keyof Values} K
   * @param {K} name
   * @param {Values[K]} value
   */
  #set(name, value) {
    this.#actions.releaseAll();
    this.#settings.set(name, value);
    this.#apply();
  }

  /** @param {CommandKey} key */
  #connectCommandKey(key) {
    elementById(`command-${key}-name`, HTMLElement).textContent = commandKeyNames(this.#apple)[key];
    elementById(`command-${key}`, HTMLInputElement).addEventListener("change", () => this.#set("commandKey", key));
  }

  #connectTyping() {
    const choice = elementById("typing", HTMLSelectElement);
    choice.value = this.#settings.get("typing");
    choice.addEventListener("change", () => this.#set("typing", /** @type {Typing} */ (choice.value)));
    const paste = elementById("paste-types", HTMLInputElement);
    paste.addEventListener("change", () => this.#set("pasteTypes", paste.checked));
    elementById("paste-types-text", HTMLElement).textContent = this.#apple
      ? t("⌘V types this computer’s clipboard, as ⇧⌘V does")
      : t("Ctrl+V types this computer’s clipboard");
  }

  /**
   * @param {string} id of a checkbox
   * @param {"capsLockControl" | "followDesktop" | "wheelArrows"} name
   */
  #connectSwitch(id, name) {
    const box = elementById(id, HTMLInputElement);
    box.checked = this.#settings.get(name);
    box.addEventListener("change", () => this.#set(name, box.checked));
  }

  /** @param {BrowserKeyGroup} group */
  #addBrowserKeys(group) {
    const [name, apple, other] = GROUPS[group];
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: this.#browserKeys.includes(group) });
    const keys = this.#apple ? apple : other.replaceAll("Ctrl", t("Ctrl"));
    const shortcut = Object.assign(document.createElement("span"), { className: "shortcut", textContent: keys });
    label.append(box, name, shortcut);
    elementById("browser-keys", HTMLElement).append(label);
    box.addEventListener("change", () => {
      const others = this.#browserKeys.filter((other) => other !== group);
      this.#set("browserKeys", box.checked ? [...others, group] : others);
    });
  }
}
