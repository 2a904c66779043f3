// @ts-check
/** Hides what the toolbar has no room for, and lists the hidden buttons in the menu "More". */

import { elementById } from "./controls/elements.js";

/** Ids of what the toolbar can do without: the first leaves first. */
const LEAVING = /** @type {const} */ ([
  "connection-text", "volume", "command-key", "latency", "pictures", "people", "power", "mouse-mode", "touch-mode",
  "full-screen", "keyboard", "settings",
]);

/** These have no entry in the menu: ⌘ is among the settings, too. */
const WITHOUT_ENTRY = /** @type {readonly string[]} */ (["connection-text", "volume", "command-key"]);

/** The toolbar's contents, as far as there is room, and its menu. */
export class ToolbarOverflow {
  #toolbar = elementById("toolbar", HTMLElement);
  #more = elementById("more", HTMLButtonElement);
  #panel = elementById("more-panel", HTMLElement);
  #done;

  /** @param {() => void} done an entry was clicked: the focus goes back to the Mac */
  constructor(done) {
    this.#done = done;
    const observer = new ResizeObserver(() => this.fit());
    for (const child of this.#toolbar.querySelectorAll(".item")) observer.observe(child);
    window.addEventListener("resize", () => this.fit());
    this.#panel.addEventListener("beforetoggle", (event) => {
      if (event.newState === "open") this.#list();
    });
    this.fit();
  }

  /** Hide as little as possible. */
  fit() {
    const leaving = LEAVING.map((id) => elementById(id, HTMLElement));
    for (const element of leaving) element.classList.remove("overflowed");
    this.#more.hidden = true;
    for (const element of leaving) {
      if (this.#toolbar.scrollWidth <= this.#toolbar.clientWidth) break;
      if (element.getClientRects().length === 0) continue; // neither this device nor this role has it
      element.classList.add("overflowed");
      if (!WITHOUT_ENTRY.includes(element.id)) this.#more.hidden = false;
    }
    if (this.#more.hidden) this.#panel.hidePopover();
  }

  /** Make the menu's entries from the hidden buttons. */
  #list() {
    const hidden = /** @type {HTMLElement[]} */ ([...this.#toolbar.querySelectorAll(".overflowed")]);
    const listed = hidden.filter(({ id }) => !WITHOUT_ENTRY.includes(id));
    this.#panel.replaceChildren(...listed.map((item) => this.#entry(item)));
  }

  /** @param {HTMLElement} item */
  #entry(item) {
    const entry = document.createElement("button");
    entry.type = "button";
    const sign = item.querySelector("svg, .symbol")?.cloneNode(true) ?? "";
    entry.append(sign, item.dataset["entry"] ?? item.title);
    const pressed = item.getAttribute("aria-pressed");
    if (pressed !== null) entry.setAttribute("aria-pressed", pressed);
    entry.addEventListener("click", ({ detail }) => {
      this.#panel.hidePopover();
      item.click();
      if (detail > 0 && !item.hasAttribute("popovertarget")) this.#done();
    });
    return entry;
  }
}
