// @ts-check
/** The bar comes when it is looked for, and goes by itself. */

/** How long it stays with nobody near it, ms; the first time a little longer, so that it is seen at all. */
const REST = 2_500;
const WELCOME = 5_000;

/** Below the picture: within so many pixels of the window's lower edge. */
const NEAR = 84;

/** Over the picture: the pointer stays so long at the very edge, ms; the Mac has things to click there, too. */
const DWELL = 250;

export class AutoHide {
  #bar;
  #screen;
  #timer = 0;
  #dwell = 0;
  #pinned = true;

  /**
   * @param {HTMLElement} bar
   * @param {HTMLElement} handle
   * @param {HTMLElement} desk
   * @param {HTMLElement} screen
   */
  constructor(bar, handle, desk, screen) {
    this.#bar = bar;
    this.#screen = screen;
    desk.addEventListener("pointermove", (event) => this.#moved(event));
    desk.addEventListener("pointerdown", ({ pointerType }) => { if (pointerType === "touch") this.#hideUnlessUsed(); });
    handle.addEventListener("pointerenter", ({ pointerType }) => { if (pointerType === "mouse") this.show(); });
    handle.addEventListener("click", () => this.#toggle());
    bar.addEventListener("focusin", () => this.show());
  }

  /** Pinned while there is no picture to be in the way of. @param {boolean} pinned */
  set pinned(pinned) {
    if (pinned === this.#pinned) return;
    this.#pinned = pinned;
    this.show(WELCOME);
  }

  /** @param {number} [rest] ms */
  show(rest = REST) {
    this.#bar.classList.remove("away");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hideUnlessUsed(), rest);
  }

  hide() {
    clearTimeout(this.#timer);
    this.#bar.classList.add("away");
  }

  #hideUnlessUsed() {
    const panelOpen = document.querySelector(".panel:popover-open") !== null;
    if (this.#pinned || panelOpen || this.#bar.matches(":hover, :focus-within")) this.show();
    else this.hide();
  }

  #toggle() {
    if (this.#bar.classList.contains("away")) this.show(WELCOME);
    else this.hide();
  }

  /** @param {PointerEvent} event */
  #moved({ pointerType, buttons, clientY, target }) {
    clearTimeout(this.#dwell);
    if (pointerType !== "mouse" || buttons !== 0 || document.pointerLockElement) return;
    const below = window.innerHeight - clientY;
    const overPicture = target instanceof Node && this.#screen.contains(target);
    if (!overPicture && below < NEAR) this.show();
    else if (below <= 3) this.#dwell = setTimeout(() => this.show(), DWELL);
  }
}
