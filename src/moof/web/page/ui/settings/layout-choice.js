// @ts-check
/**
 * The Mac's keyboard layout: shown in the panel "Keys", changed there, and chosen once by itself. A Mac that still has
 * its first layout gets the one that is most like this browser's keyboard. That happens once per browser, and never
 * to a Mac for which somebody has chosen another one.
 */

import { ObservedKeys, keyboardCharacters, likeliestLayout } from "../../input/layout-guess.js";
import { t } from "../../language/text.js";
import { elementById } from "../controls/elements.js";

/** @import { KeyboardStatusMessage } from "../../connection/signaling-messages.js" */
/** @import { KeyMap } from "../../input/keyboard.js" */
/** @import { MacLayout } from "../../input/mac-layout.js" */
/** @import { Settings } from "./settings.js" */

/** The layout that a Mac has at first. */
const FIRST = "us";

/** Nothing was typed for this time, ms, when the layout changes: keys on their way would become others. */
const QUIET = 1_000;

const OF_THE_MAC = t("The layout of the Mac itself");
const ASSUMED = t("The layout that is set in the Mac. Choose the same one here: it decides what characters become.");

/**
 * @typedef {object} LayoutActions
 * @property {(layout: string) => void} request a layout for the Mac
 * @property {(text: string) => void} tell the person
 * @property {() => boolean} mayChange this person may change the Mac
 */

/** The choice, and who makes it. */
export class LayoutChoice {
  #settings;
  #actions;
  #select = elementById("layout", HTMLSelectElement);
  #observed = new ObservedKeys();
  /** @type {ReadonlyMap<string, MacLayout>} */ #layouts = new Map();
  /** @type {KeyMap} */ #map = {};
  /** @type {KeyboardStatusMessage | null} */ #status = null;
  #timer = 0;

  /**
   * @param {Settings} settings
   * @param {LayoutActions} actions
   * @param {number} [quiet] ms without a key before a layout is chosen by what was typed
   */
  constructor(settings, actions, quiet = QUIET) {
    this.#settings = settings;
    this.#actions = actions;
    this.#select.addEventListener("change", () => {
      settings.set("layoutChosen", true);
      actions.request(this.#select.value);
    });
    window.addEventListener("keydown", (event) => {
      if (!this.#isOpen) return;
      this.#observed.observe(event);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#chooseBy(this.#observed.characters), quiet);
    });
  }

  /**
   * Take the layouts and the table of ADB key codes, which the choice needs.
   * @param {ReadonlyMap<string, MacLayout>} layouts
   * @param {KeyMap} map
   */
  setLayouts(layouts, map) {
    this.#layouts = layouts;
    this.#map = map;
    this.#choose();
  }

  /**
   * Show the Mac's layout.
   * @param {KeyboardStatusMessage} status
   */
  show(status) {
    this.#status = status;
    const options = status.layouts.map(({ name, title }) => new Option(title, name));
    this.#select.replaceChildren(...options);
    this.#select.value = status.layout;
    this.#select.title = status.settable ? OF_THE_MAC : ASSUMED;
    this.#select.disabled = !this.#actions.mayChange();
    this.#choose();
  }

  /** The Mac's layout may be chosen by the page. */
  get #isOpen() {
    const isFirst = this.#status?.settable && this.#status.layout === FIRST;
    return isFirst && !this.#settings.get("layoutChosen") && this.#actions.mayChange();
  }

  #choose() {
    if (this.#isOpen) void keyboardCharacters().then((characters) => this.#chooseBy(characters));
  }

  /** @param {ReadonlyMap<string, string>} characters of the browser's keyboard */
  #chooseBy(characters) {
    const name = this.#layouts.size > 0 && this.#isOpen ? likeliestLayout(characters, this.#layouts, this.#map) : null;
    if (name === null) return;
    this.#settings.set("layoutChosen", true);
    if (name === FIRST) return;
    this.#actions.request(name);
    const layout = this.#layouts.get(name)?.title ?? name;
    this.#actions.tell(t("The Mac’s keyboard is now {layout}, as yours. Keys has others.", { layout }));
  }
}
