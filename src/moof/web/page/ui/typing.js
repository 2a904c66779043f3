// @ts-check
/** What is typed other than by single keys: characters that the browser composes, and the Mac's keyboard layout. */

import { fetchJson } from "../connection/fetch-json.js";
import { macLayouts } from "../input/mac-layout.js";
import { TextField } from "../input/text-field.js";
import { elementById } from "./elements.js";

/** @import { Keyboard } from "../input/keyboard.js" */
/** @import { LayoutsFile, MacLayout } from "../input/mac-layout.js" */
/** @import { Hint } from "./notices.js" */

const HINT_DURATION = 5_000;

/**
 * Return the sentence about characters that the Mac cannot type.
 * @param {readonly string[]} characters
 * @param {MacLayout | null} layout
 * @returns {string}
 */
export function describeMissing(characters, layout) {
  const whose = layout ? `The Mac’s ${layout.title} keyboard` : "The Mac’s keyboard";
  return `${whose} has no ${characters.join(" ")}`;
}

/** Connects the keyboard and the text field. */
export class Typing {
  #keyboard;
  #hint;
  /** @type {Map<string, MacLayout>} */ #layouts = new Map();
  #layoutName = "";
  /** Where the browser composes characters; it opens and closes the keyboard on the screen. */
  field;

  /**
   * @param {Keyboard} keyboard
   * @param {HTMLElement} screen
   * @param {Hint} hint
   */
  constructor(keyboard, screen, hint) {
    this.#keyboard = keyboard;
    this.#hint = hint;
    this.field = new TextField(elementById("text-field", HTMLTextAreaElement), screen, {
      text: (text) => keyboard.type(text),
      key(key, count) {
        for (let left = count; left > 0; left -= 1) keyboard.strike([key]);
      },
    });
    keyboard.composition.textField = this.field;
    this.#showLayout();
  }

  /**
   * Name characters that the Mac cannot type.
   * @param {readonly string[]} characters
   */
  showMissing(characters) {
    this.#hint.show(describeMissing(characters, this.#keyboard.layout), HINT_DURATION);
  }

  /** Load the Mac's layouts from the server; until then all keys are places. */
  async load() {
    this.#layouts = macLayouts(/** @type {LayoutsFile} */ (await fetchJson("layouts.json")));
    this.#showLayout();
  }

  /**
   * Take the Mac's layout.
   * @param {string} name
   */
  setLayout(name) {
    this.#layoutName = name;
    this.#showLayout();
  }

  #showLayout() {
    this.#keyboard.layout = this.#layouts.get(this.#layoutName) ?? null;
    this.field.enabled = this.#keyboard.layout !== null && this.#keyboard.typing !== "places";
  }
}
