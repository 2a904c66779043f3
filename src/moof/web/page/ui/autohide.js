// @ts-check
/** Shows the toolbar when the pointer comes near it, and hides it afterwards. */

/** The toolbar stays for this time, ms, after its last use; longer at first, so that people notice it. */
const HIDE_DELAY = 2_500;
const FIRST_HIDE_DELAY = 5_000;

/** Below the picture: distance from the window's lower edge, in CSS pixels, at which the toolbar is shown. */
const NEAR = 84;

/**
 * Over the picture: the pointer must stay at the very edge for this time, ms, since the Mac has things to click
 * there, too.
 */
const EDGE_DELAY = 250;
const EDGE = 3;

/** Adds and removes the class "away" of the toolbar. */
export class AutoHide {
  #toolbar;
  #screen;
  #hideTimer = 0;
  #edgeTimer = 0;
  #pinned = true;

  /**
   * @param {HTMLElement} toolbar
   * @param {HTMLElement} handle shows and hides the toolbar by a click or touch
   * @param {HTMLElement} viewport
   * @param {HTMLElement} screen
   */
  constructor(toolbar, handle, viewport, screen) {
    this.#toolbar = toolbar;
    this.#screen = screen;
    viewport.addEventListener("pointermove", (event) => this.#onMove(event));
    viewport.addEventListener("pointerdown", ({ pointerType }) => {
      if (pointerType === "touch") this.#hideUnlessUsed();
    });
    handle.addEventListener("pointerenter", ({ pointerType }) => {
      if (pointerType === "mouse") this.show();
    });
    handle.addEventListener("click", () => this.#toggle());
    toolbar.addEventListener("focusin", () => this.show());
  }

  /**
   * Pinned while there is no picture, which the toolbar could cover.
   * @param {boolean} pinned
   */
  set pinned(pinned) {
    if (pinned === this.#pinned) return;
    this.#pinned = pinned;
    this.show(FIRST_HIDE_DELAY);
  }

  /**
   * Show the toolbar.
   * @param {number} [delay] until it hides, ms
   */
  show(delay = HIDE_DELAY) {
    this.#toolbar.classList.remove("away");
    clearTimeout(this.#hideTimer);
    this.#hideTimer = setTimeout(() => this.#hideUnlessUsed(), delay);
  }

  /** Hide the toolbar. */
  hide() {
    clearTimeout(this.#hideTimer);
    this.#toolbar.classList.add("away");
  }

  #hideUnlessUsed() {
    const panelOpen = document.querySelector(".panel:popover-open") !== null;
    if (this.#pinned || panelOpen || this.#toolbar.matches(":hover, :focus-within")) this.show();
    else this.hide();
  }

  #toggle() {
    if (this.#toolbar.classList.contains("away")) this.show(FIRST_HIDE_DELAY);
    else this.hide();
  }

  /** @param {PointerEvent} event */
  #onMove({ pointerType, buttons, clientY, target }) {
    clearTimeout(this.#edgeTimer);
    if (pointerType !== "mouse" || buttons !== 0 || document.pointerLockElement) return;
    const distance = window.innerHeight - clientY;
    const overPicture = target instanceof Node && this.#screen.contains(target);
    if (!overPicture && distance < NEAR) this.show();
    else if (distance <= EDGE) this.#edgeTimer = setTimeout(() => this.show(), EDGE_DELAY);
  }
}
