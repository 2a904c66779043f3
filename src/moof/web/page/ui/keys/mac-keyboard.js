// @ts-check
/**
 * A Mac's keyboard on the screen, for touch screens. Its keys are places, as those of a real one: the Mac's layout
 * decides what they type, and labels them here. A key is down while a finger is on it, so the Mac repeats it; modifiers
 * are latched by a tap, locked by a second one, and held together with other keys.
 */

import { elementById } from "../controls/elements.js";
import { COMPACT_WIDTH, WHOLE_WIDTH, keyRows } from "./mac-keyboard-keys.js";

/** @import { Keyboard } from "../../input/keyboard.js" */
/** @import { LatchedModifiers } from "../../input/latched-modifiers.js" */
/** @import { KeyPage, KeySwitch, ScreenKey } from "./mac-keyboard-keys.js" */

/** Windows that are narrower, CSS pixels, have half a keyboard. */
const MIN_WHOLE_WIDTH = 560;

/** Labels of places while the Mac's layout is unknown: those of U.S. keyboards, with Shift after them. */
const US_LABELS = /** @type {Record<string, string>} */ ({
  Digit1: "1!", Digit2: "2@", Digit3: "3#", Digit4: "4$", Digit5: "5%", Digit6: "6^", Digit7: "7&", Digit8: "8*", Digit9: "9(",
  Digit0: "0)", Minus: "-_", Equal: "=+", BracketLeft: "[{", BracketRight: "]}", Backslash: "\\|", Semicolon: ";:", Quote: "'\"",
  Backquote: "`~", Comma: ",<", Period: ".>", Slash: "/?",
});

/**
 * @typedef {object} MacKeyboardEvents
 * @property {(height: number) => void} resized what it covers at the window's lower edge, CSS pixels; 0: it is closed
 * @property {() => void} opened
 * @property {() => void} text open the system's keyboard instead
 * @property {() => void} done a key of the keyboard's own was pressed: the focus goes back to the Mac
 */

/** Opens and closes the keyboard, and presses the Mac's keys. */
export class MacKeyboard {
  #element = elementById("mac-keyboard", HTMLElement);
  #button = elementById("keyboard", HTMLButtonElement);
  #keyboard;
  #latched;
  #events;
  /** @type {KeyPage} */ #page = "letters";
  /** @type {Map<HTMLElement, ScreenKey>} */ #keys = new Map();
  /**
   * The keys that are touched, by the pointer's id.
   * @type {Map<number, HTMLElement>}
   */
  #touched = new Map();

  /**
   * @param {Keyboard} keyboard
   * @param {LatchedModifiers} latched
   * @param {MacKeyboardEvents} events
   */
  constructor(keyboard, latched, events) {
    this.#keyboard = keyboard;
    this.#latched = latched;
    this.#events = events;
    this.#button.addEventListener("click", ({ detail }) => {
      this.toggle();
      if (detail > 0) events.done();
    });
    this.#listen();
    latched.addEventListener("change", () => this.#label());
    keyboard.keys.addEventListener("clear", () => this.#forgetTouches());
    keyboard.addEventListener("layout", () => this.#build());
    window.addEventListener("resize", () => this.#build());
    new ResizeObserver(() => this.#events.resized(this.#element.offsetHeight)).observe(this.#element);
  }

  /** Open the keyboard, or close it. */
  toggle() {
    this.#element.hidden = !this.#element.hidden;
    if (!this.#element.hidden) this.#events.opened();
    this.#button.setAttribute("aria-pressed", String(!this.#element.hidden));
    this.#build();
    this.#events.resized(this.#element.offsetHeight);
  }

  #listen() {
    this.#element.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the focus stays where it is
      const key = event.target instanceof Element ? event.target.closest("button") : null;
      if (key && event.button === 0) this.#press(event.pointerId, key);
    });
    for (const type of /** @type {const} */ (["pointerup", "pointercancel"])) {
      window.addEventListener(type, ({ pointerId }) => this.#release(pointerId), { capture: true });
    }
    for (const type of ["mousedown", "touchstart", "contextmenu"]) {
      this.#element.addEventListener(type, (event) => event.preventDefault(), { passive: false });
    }
    this.#element.addEventListener("click", (event) => {
      // Screen readers click without a pointer.
      const key = event.target instanceof Element ? event.target.closest("button") : null;
      if (!key || event.detail > 0) return;
      this.#press(-1, key);
      this.#release(-1);
    });
  }

  /**
   * @param {number} pointerId
   * @param {HTMLElement} element
   */
  #press(pointerId, element) {
    const key = this.#keys.get(element);
    if (!key) return;
    this.#release(pointerId);
    this.#touched.set(pointerId, element);
    element.classList.add("down");
    if (key.switches) return;
    const { keys } = this.#keyboard;
    const adb = this.#keyboard.placeCode(key.place ?? "");
    if (key.modifier) this.#latched.hold(key.modifier);
    else if (key.place === "CapsLock" && adb !== undefined) keys.setCapsLock(adb, !keys.capsLock);
    else if (adb !== undefined) keys.press(`screen ${pointerId}`, { adb, modifiers: [], virtual: true });
    this.#label();
  }

  /** @param {number} pointerId */
  #release(pointerId) {
    const element = this.#touched.get(pointerId);
    if (!element) return;
    this.#touched.delete(pointerId);
    element.classList.remove("down");
    const key = this.#keys.get(element);
    if (key?.modifier && ![...this.#touched.values()].includes(element)) this.#latched.letGo(key.modifier);
    this.#keyboard.keys.release(`screen ${pointerId}`);
    // Browsers open the system's keyboard at the end of a touch alone.
    if (key?.switches) this.#switch(key.switches);
  }

  /** The Mac's keys were released otherwise. */
  #forgetTouches() {
    for (const element of this.#touched.values()) element.classList.remove("down");
    this.#touched.clear();
    this.#label();
  }

  /** @param {KeySwitch} what */
  #switch(what) {
    if (what === "close" || what === "text") {
      this.toggle();
      if (what === "text") this.#events.text();
      else this.#events.done();
      return;
    }
    if (what === "symbols") this.#page = this.#page === "letters" ? "symbols" : "letters";
    else this.#page = this.#page === "functions" ? "letters" : "functions";
    this.#build();
  }

  #build() {
    if (this.#element.hidden) return;
    for (const [pointerId, element] of this.#touched) if (!this.#keys.get(element)?.switches) this.#release(pointerId);
    this.#touched.clear();
    const compact = window.innerWidth < MIN_WHOLE_WIDTH;
    const { layout } = this.#keyboard;
    const rows = keyRows({ compact, page: this.#page, layout, codeOf: (place) => this.#keyboard.placeCode(place) });
    this.#keys.clear();
    this.#element.classList.toggle("compact", compact);
    this.#element.replaceChildren(...rows.map((row) => this.#buildRow(row, compact)));
    this.#label();
  }

  /**
   * @param {ScreenKey[]} row
   * @param {boolean} compact
   */
  #buildRow(row, compact) {
    const element = document.createElement("div");
    for (const key of row) {
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1;
      button.style.flexBasis = `${(100 * key.width) / (compact ? COMPACT_WIDTH : WHOLE_WIDTH)}%`;
      button.classList.toggle("grows", key.grows ?? false);
      button.classList.toggle("named", key.name !== undefined);
      button.classList.toggle("symbolic", key.name !== undefined && isSymbolic(key, compact));
      button.append(document.createElement("span"));
      this.#keys.set(button, key);
      element.append(button);
    }
    return element;
  }

  #label() {
    const compact = this.#element.classList.contains("compact");
    for (const [element, key] of this.#keys) {
      if (key.modifier) element.dataset["state"] = this.#latched.state(key.modifier);
      if (key.place === "CapsLock") element.dataset["state"] = this.#keyboard.keys.capsLock ? "locked" : "off";
      if (key.switches === "functions") element.setAttribute("aria-pressed", String(this.#page === "functions"));
      const labels = key.name === undefined ? this.#labelsOf(key.place ?? "") : [legendOf(key, compact)];
      nameForScreenReaders(element, key, labels[0] ?? "");
      element.firstElementChild?.replaceChildren(...labels.map((label) => {
        const legend = document.createElement("span");
        legend.textContent = label;
        return legend;
      }));
    }
    this.#element.classList.toggle("shifted", this.#latched.isDown("shift"));
  }

  /**
   * Return the labels of a key that types: a letter, or the sign with Shift above the one without.
   * @param {string} place
   * @returns {string[]}
   */
  #labelsOf(place) {
    if (this.#latched.isDown("option")) return [this.#characterOf(place, this.#latched.isDown("shift"))];
    const [plain, shifted] = [this.#characterOf(place, false), this.#characterOf(place, true)];
    const isLetter = /\p{L}/u.test(plain) && shifted === plain.toUpperCase();
    return isLetter || plain === "" || shifted === plain ? [shifted] : [shifted, plain];
  }

  /**
   * @param {string} place
   * @param {boolean} shift
   * @returns {string}
   */
  #characterOf(place, shift) {
    const { layout } = this.#keyboard;
    const option = this.#latched.isDown("option");
    if (layout) return layout.label(this.#keyboard.placeCode(place) ?? -1, { shift, option, capsLock: false });
    const letter = place.replace(/^Key/, "");
    const labels = US_LABELS[place] ?? (letter.length === 1 ? letter.toLowerCase() + letter : "");
    return labels[shift ? 1 : 0] ?? "";
  }
}

/**
 * Return what stands on a key that types no character. Apple's keyboards have names on them, but ⌘ and arrows.
 * @param {ScreenKey} key
 * @param {boolean} compact
 * @returns {string}
 */
function legendOf(key, compact) {
  if (key.place === "Space") return "";
  return (isSymbolic(key, compact) ? key.symbol : key.name) ?? "";
}

/**
 * Give a key its name, with the letters or digits on it: people tell a computer to press what they read.
 * @param {HTMLElement} element
 * @param {ScreenKey} key
 * @param {string} legend
 */
function nameForScreenReaders(element, { name, switches }, legend) {
  if (name === undefined) return;
  const isRead = (switches === "functions" || switches === "symbols") && legend !== name;
  element.setAttribute("aria-label", isRead ? `${legend} ${name}` : name);
}

/**
 * Return whether a symbol stands on a key: where there is no space for its name, on ⌘ and on arrows.
 * @param {ScreenKey} key
 * @param {boolean} compact
 * @returns {boolean}
 */
function isSymbolic({ symbol, place, modifier, switches }, compact) {
  if (symbol === undefined) return false;
  return compact || switches !== undefined || modifier === "command" || (place?.startsWith("Arrow") ?? false);
}
