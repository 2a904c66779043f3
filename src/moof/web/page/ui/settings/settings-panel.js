// @ts-check
/** The panel "Settings": its tabs (WAI-ARIA Authoring Practices: tabs). What they contain belongs to other modules. */

import { elementById } from "../controls/elements.js";

/** Dispatches "shown" when a person looks at a tab; `shownTab` says which. */
export class SettingsPanel extends EventTarget {
  #panel = elementById("settings-panel", HTMLElement);
  #tabs = /** @type {HTMLButtonElement[]} */ ([...this.#panel.querySelectorAll("[role=tab]")]);

  constructor() {
    super();
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.#show(tab));
    this.#panel.addEventListener("keydown", (event) => this.#onKey(event));
    this.#panel.addEventListener("toggle", () => this.#tell());
    elementById("key-options-open", HTMLElement).addEventListener("click", () => {
      elementById("keys-panel", HTMLElement).hidePopover();
      this.open("key-tab");
    });
    const [first] = this.#tabs;
    if (first) this.#show(first);
  }

  /**
   * The id of the tab that a person sees, null while the panel is closed.
   * @returns {string | null}
   */
  get shownTab() {
    if (!this.#panel.matches(":popover-open")) return null;
    return this.#tabs.find((tab) => tab.ariaSelected === "true")?.id ?? null;
  }

  /**
   * Open the panel at a tab.
   * @param {string} id of the tab
   */
  open(id) {
    this.#show(elementById(id, HTMLButtonElement));
    this.#panel.showPopover();
  }

  /**
   * Offer a tab or not; in place of one that is not offered any more, the first is shown.
   * @param {string} id of the tab
   * @param {boolean} offered
   */
  offer(id, offered) {
    const tab = elementById(id, HTMLButtonElement);
    tab.hidden = !offered;
    const [first] = this.#tabs;
    if (!offered && tab.ariaSelected === "true" && first) this.#show(first);
  }

  /** @param {HTMLButtonElement} shown */
  #show(shown) {
    for (const tab of this.#tabs) {
      tab.ariaSelected = String(tab === shown);
      tab.tabIndex = tab === shown ? 0 : -1;
      elementById(tab.getAttribute("aria-controls") ?? "", HTMLElement).hidden = tab !== shown;
    }
    this.#panel.scrollTop = 0;
    shown.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#tell();
  }

  #tell() {
    if (this.shownTab !== null) this.dispatchEvent(new Event("shown"));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const offered = this.#tabs.filter(({ hidden }) => !hidden);
    const index = offered.findIndex((tab) => tab === event.target);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (index < 0 || step === undefined) return;
    event.preventDefault();
    const next = offered[(index + step + offered.length) % offered.length];
    if (!next) return;
    this.#show(next);
    next.focus();
  }
}
