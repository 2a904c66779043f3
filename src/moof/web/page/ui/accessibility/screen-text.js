// @ts-check
/**
 * What the Mac's screen says, for screen readers: a hidden region with the windows, dialogs and menus of the Mac, which
 * follows the Mac while it is switched on, in the settings or by Control-Alt-R. Costs nothing while it is off.
 */

import { t } from "../../language/text.js";
import { created } from "../controls/created-element.js";
import { elementById } from "../controls/elements.js";
import { elementsOf, patch } from "./screen-text-elements.js";
import { ScreenNews } from "./screen-text-news.js";

/** @import { ScreenTextChangedMessage, ScreenTextStatusMessage } from "../../connection/screen-messages.js" */
/** @import { MacMessage } from "../../connection/signaling-messages.js" */
/** @import { Settings } from "../settings/settings.js" */

/**
 * @typedef {object} ScreenTextActions
 * @property {(message: MacMessage) => void} send
 * @property {(places: readonly string[]) => void} strike see Keyboard
 * @property {() => void} done the focus goes back to the Mac
 */

/** The region, and the choice. */
export class ScreenText {
  #settings;
  #actions;
  #option = created("label", {
    id: "read-screen-option", hidden: true,
    title: t("Menus, windows and texts of the Mac for screen readers. Control Alt R switches it, and goes there."),
  });
  #box = created("input", { id: "read-screen", type: "checkbox" });
  #region = created("section", {
    id: "screen-text", className: "visually-hidden", tabIndex: -1, hidden: true, ariaLabel: t("What the Mac’s screen says"),
  });
  #news;
  #readable = false;

  /**
   * @param {Pick<Settings, "get" | "set">} settings
   * @param {ScreenTextActions} actions
   * @param {ScreenNews} [news]
   */
  constructor(settings, actions, news = new ScreenNews()) {
    this.#settings = settings;
    this.#actions = actions;
    this.#news = news;
    this.#option.append(this.#box, t("Read the Mac’s screen out"));
    elementById("follow-window-option", HTMLElement).after(this.#option);
    elementById("mac-keyboard", HTMLElement).before(this.#region, news.log);
    this.#box.checked = settings.get("readScreen");
    this.#box.addEventListener("change", () => this.#choose());
    this.#region.addEventListener("click", ({ target }) => this.#press(target));
    window.addEventListener("keydown", (event) => this.#onKey(event), { capture: true });
  }

  /**
   * Take a message of the server: the status comes at the beginning of each session and with each emulator.
   * @param {ScreenTextStatusMessage | ScreenTextChangedMessage} message
   */
  receive(message) {
    if (message.type === "screen-text") this.#show(message);
    else {
      this.#readable = message.readable;
      this.#option.hidden = !message.readable;
      this.#apply();
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isKey = event.code === "KeyR" && event.ctrlKey && event.altKey && !event.getModifierState("AltGraph");
    if (!isKey || !this.#readable) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // it is not the Mac's
    if (event.repeat) return;
    this.#box.checked = !this.#box.checked;
    this.#choose();
    if (this.#box.checked) this.#region.focus();
    else this.#actions.done();
  }

  /**
   * Press the keys of what a screen reader's user has activated.
   * @param {EventTarget | null} target
   */
  #press(target) {
    const keys = target instanceof Element ? target.closest("[data-keys]")?.getAttribute("data-keys") : null;
    if (keys) this.#actions.strike(keys.split(" "));
  }

  #choose() {
    this.#settings.set("readScreen", this.#box.checked);
    if (this.#readable && !this.#box.checked) this.#actions.send({ type: "screen-text", wanted: false });
    this.#apply();
  }

  #apply() {
    const on = this.#readable && this.#box.checked;
    this.#region.hidden = !on;
    if (on) this.#actions.send({ type: "screen-text", wanted: true });
    else {
      this.#region.replaceChildren();
      this.#news.clear();
    }
  }

  /** @param {ScreenTextChangedMessage} message */
  #show({ parts }) {
    if (this.#region.hidden) return; // it was switched off meanwhile
    patch(this.#region, elementsOf(parts));
    this.#news.show(parts);
  }
}
