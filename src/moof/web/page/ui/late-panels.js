// @ts-check
/**
 * Loads the panels, which the picture does not need: once it is there and the browser has nothing else to do, or as
 * soon as somebody turns to the controls. A click that comes first is kept, and made again when its panel is there, as is
 * what is entered in a field.
 */

/** @import { PageParts, Panels } from "./panels.js" */

/** Without requestIdleCallback (Safari), ms after the picture. */
const IDLE_DELAY = 200;
/** At the latest, ms after the picture. */
const IDLE_TIMEOUT = 2_000;

const CONTROLS = ".panel, #toolbar, #toolbar-handle, #notice";
const NEEDS_PANELS = ".panel button, #keyboard";

/** The panels, before and after they are loaded. */
export class LatePanels {
  #parts;
  #begun = false;
  #idle = 0;
  /** @type {(panels: Panels) => void} */ #resolve = () => {};
  /** @type {(reason: unknown) => void} */ #reject = () => {};
  /** @type {Element | null} */ #clicked = null;
  /** @type {Set<HTMLInputElement | HTMLSelectElement>} */ #entered = new Set();

  /**
   * Resolves when the panels are there.
   * @type {Promise<Panels>}
   */
  ready = new Promise((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  /** @param {PageParts} parts that the panels change and show */
  constructor(parts) {
    this.#parts = parts;
    const stop = new AbortController();
    const capture = { capture: true, signal: stop.signal };
    for (const type of ["pointerdown", "focusin"]) {
      document.addEventListener(type, ({ target }) => { if (isIn(target, CONTROLS)) this.load(); }, capture);
    }
    document.addEventListener("click", (event) => this.#keep(event), capture);
    document.addEventListener("input", ({ target }) => {
      if (isIn(target, ".panel") && isField(target)) this.#entered.add(target);
    }, capture);
    const end = () => {
      stop.abort();
      // The browser opens panels by itself: those that are open have not been told, nor placed with their styles.
      for (const panel of document.querySelectorAll(".panel:popover-open")) {
        panel.dispatchEvent(new ToggleEvent("toggle", { oldState: "closed", newState: "open" }));
      }
      if (this.#clicked instanceof HTMLElement) this.#clicked.click();
    };
    void this.ready.then(end, () => stop.abort());
  }

  /** Load them when the browser has nothing else to do. */
  loadWhenIdle() {
    if (this.#begun || this.#idle) return;
    const load = () => this.load();
    if (typeof requestIdleCallback === "function") this.#idle = requestIdleCallback(load, { timeout: IDLE_TIMEOUT });
    else this.#idle = setTimeout(load, IDLE_DELAY);
  }

  /** Load them now. */
  load() {
    if (this.#begun) return;
    this.#begun = true;
    const links = /** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll("link[rel=stylesheet][disabled]"));
    const styles = Promise.all(Array.from(links, enable)); // without them panels would open in another place and size
    import("./panels.js").then(async ({ Panels }) => {
      await styles;
      const entered = Array.from(this.#entered, keepEntry); // the panels show what they know
      this.#resolve(new Panels(this.#parts));
      for (const enter of entered) enter();
    }).catch(this.#reject);
  }

  /** @param {MouseEvent} event */
  #keep(event) {
    if (!isIn(event.target, NEEDS_PANELS)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#clicked = /** @type {Element} */ (event.target);
    this.load();
  }
}

/**
 * Load a style sheet. Resolves also when it cannot be loaded: panels work without it.
 * @param {HTMLLinkElement} link
 * @returns {Promise<void>}
 */
function enable(link) {
  return new Promise((resolve) => {
    for (const type of ["load", "error"]) link.addEventListener(type, () => resolve(), { once: true });
    link.disabled = false;
  });
}

/**
 * Note what a person has entered; return a function that enters it again.
 * @param {HTMLInputElement | HTMLSelectElement} field
 */
function keepEntry(field) {
  const { value } = field;
  const checked = field instanceof HTMLInputElement && field.checked;
  return () => {
    field.value = value;
    if (field instanceof HTMLInputElement) field.checked = checked;
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  };
}

/**
 * @param {EventTarget | null} target
 * @returns {target is HTMLInputElement | HTMLSelectElement}
 */
const isField = (target) => target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "file");

/**
 * @param {EventTarget | null} target
 * @param {string} selector
 * @returns {target is Element}
 */
function isIn(target, selector) {
  return target instanceof Element && target.closest(selector) !== null;
}
