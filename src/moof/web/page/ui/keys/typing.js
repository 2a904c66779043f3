// @ts-check
/**
 * What is typed other than by keys at places: characters that the browser composes, in the Mac's keyboard layout,
 * texts, and the clipboard.
 */

import { fetchJson } from "../../connection/fetch-json.js";
import { macLayouts } from "../../input/mac-layout.js";
import { isPaste, listenForText } from "../../input/pasted-text.js";
import { TextField } from "../../input/text-field.js";
import { t } from "../../language/text.js";
import { elementById } from "../controls/elements.js";

/** @import { Session } from "../../connection/session.js" */
/** @import { TypingMessage } from "../../connection/signaling-messages.js" */
/** @import { Typing as TypingChoice } from "../../input/characters.js" */
/** @import { KeyMap, Keyboard } from "../../input/keyboard.js" */
/** @import { LayoutsFile, MacLayout } from "../../input/mac-layout.js" */
/** @import { Hint } from "../notices.js" */
/** @import { Texts } from "../panels.js" */

const HINT_DURATION = 5_000;

/**
 * Composed text that is longer, in characters, goes the way of pasted text: the server types it at the Mac's pace.
 * Shorter text keeps its order with the keys that correct it.
 */
const MAX_COMPOSED = 200;

/** So many characters that are missing are named. */
const MAX_NAMED = 20;

/**
 * Return the sentence about characters that the Mac cannot type.
 * @param {readonly string[]} characters
 * @param {MacLayout | null} layout
 * @returns {string} "" if there are none
 */
export function describeMissing(characters, layout) {
  if (characters.length === 0) return "";
  const more = characters.length > MAX_NAMED ? " …" : "";
  const named = characters.slice(0, MAX_NAMED).map(nameCharacter).join(" ") + more;
  if (!layout) return t("The Mac’s keyboard has no {characters}", { characters: named });
  return t("The Mac’s {layout} keyboard has no {characters}", { layout: layout.title, characters: named });
}

/**
 * Return a character, or its number if it has no picture: control characters, marks of direction, line separators.
 * @param {string} character
 * @returns {string}
 */
function nameCharacter(character) {
  if (!/^[\p{C}\p{Z}]$/u.test(character) || /^\p{Co}$/u.test(character)) return character;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * @typedef {object} TypingParts
 * @property {Keyboard} keyboard
 * @property {Session} session
 * @property {Hint} hint
 * @property {HTMLElement} screen
 * @property {HTMLElement} viewport
 * @property {boolean} apple the browser runs on macOS or iPadOS
 */

/** Connects the keyboard, the text field and the layout with the panel "Type a text" and the clipboard. */
export class Typing {
  #parts;
  /**
   * The panels of texts; null until they are loaded.
   * @type {Texts | null}
   */
  #texts = null;
  /** @type {(texts: Texts) => void} */ #connected = () => {};
  /** @type {Promise<Texts>} */ #whenConnected = new Promise((resolve) => { this.#connected = resolve; });
  /** @type {Map<string, MacLayout>} */ #layouts = new Map();
  #layoutName = "";
  /** The keys that are being sent are those of the text field. */
  #isOfField = false;
  /** Where the browser composes characters; it opens and closes the keyboard on the screen. */
  field;
  /** Ctrl+V, or ⌘V, types this computer's clipboard. */
  pasteTypes = true;

  /** @param {TypingParts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { keyboard, session, screen, viewport } = parts;
    this.field = new TextField(elementById("text-field", HTMLTextAreaElement), screen, {
      text: (text) => this.#ofField(() => this.#typeComposed(text)),
      key: (key, count) => this.#ofField(() => {
        for (let left = count; left > 0; left -= 1) keyboard.strike([key]);
      }),
      count: (text) => Array.from(text).filter((character) => keyboard.layout?.missing(character).length === 0).length,
    });
    keyboard.keys.addEventListener("press", () => {
      if (!this.#isOfField) this.field.forget();
    });
    keyboard.composition.textField = this.field;
    elementById("type-open", HTMLElement).addEventListener("click", () => this.openText());
    listenForText(viewport, (text) => {
      if (session.state.hasFrame) this.typeText(text);
    });
    this.#apply();
  }

  /**
   * Take the panels, once they are loaded.
   * @param {Texts} texts
   */
  connect(texts) {
    this.#texts = texts;
    this.#connected(texts);
  }

  /**
   * How keys are sent.
   * @param {TypingChoice} choice
   */
  set choice(choice) {
    this.#parts.keyboard.typing = choice;
    this.#apply();
  }

  /**
   * Type a text, or show it if it is long.
   * @param {string} text
   */
  typeText(text) {
    this.#do(({ typeText }) => typeText.take(text));
  }

  /** Open the panel "Type a text". */
  openText() {
    this.#do(({ typeText }) => typeText.open());
  }

  /**
   * Handle a key press that is not the Mac's: one that pastes, or Esc while a text is being typed.
   * @param {KeyboardEvent} event
   * @returns {boolean} it is not the Mac's
   */
  take(event) {
    if (event.key !== "Escape") return isPaste(event, this.#parts.apple, this.pasteTypes);
    if (!this.#texts?.typeText.stop()) return false;
    event.preventDefault();
    return true;
  }

  /**
   * Name characters that the Mac cannot type.
   * @param {readonly string[]} characters
   */
  showMissing(characters) {
    this.#parts.hint.show(describeMissing(characters, this.#parts.keyboard.layout), HINT_DURATION);
  }

  /**
   * Load the Mac's layouts from the server; until then all keys are places.
   * @param {KeyMap} map the table of ADB key codes
   */
  async load(map) {
    this.#layouts = macLayouts(/** @type {LayoutsFile} */ (await fetchJson("layouts.json")));
    this.#do(({ layoutChoice }) => layoutChoice.setLayouts(this.#layouts, map));
    this.#apply();
  }

  /**
   * Take a message of the server; those of kinds that the page does not know are ignored.
   * @param {TypingMessage} message
   */
  receive(message) {
    if (message.type === "untypable") this.showMissing(Array.from(message.characters));
    else if (message.type === "keyboard") {
      this.#layoutName = message.layout;
      this.#apply();
      this.#do(({ layoutChoice }) => layoutChoice.show(message));
    } else this.#do((texts) => texts.receive(message));
  }

  /**
   * Take the server's refusal of a message.
   * @param {string} message
   */
  refused(message) {
    this.#texts?.typeText.refused(message);
  }

  /** The server has begun another session. */
  sessionLost() {
    this.#texts?.typeText.lost();
  }

  /**
   * Do something with the panels of texts, in order: what comes before they are loaded waits for them. The server sends
   * few messages of these kinds before the first picture.
   * @param {(texts: Texts) => void} act
   */
  #do(act) {
    void this.#whenConnected.then(act);
  }

  /**
   * Send what the text field has.
   * @param {() => void} send
   */
  #ofField(send) {
    this.#isOfField = true;
    send();
    this.#isOfField = false;
  }

  /** @param {string} text */
  #typeComposed(text) {
    if (text.length > MAX_COMPOSED) this.typeText(text);
    else this.#parts.keyboard.type(text);
  }

  #apply() {
    const { keyboard } = this.#parts;
    keyboard.layout = this.#layouts.get(this.#layoutName) ?? null;
    this.field.enabled = keyboard.layout !== null && keyboard.typing !== "places";
  }
}
