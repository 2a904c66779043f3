// @ts-check
/** What the emulator wrote last, for whoever wants to know why there is no Mac. */

export class OutputView {
  #details = /** @type {HTMLDetailsElement} */ (document.getElementById("notice-output"));
  #lines = /** @type {HTMLElement} */ (document.getElementById("notice-lines"));

  constructor() {
    this.#details.addEventListener("toggle", () => {
      if (this.#details.open) this.#load();
    });
  }

  /** @param {boolean} wanted */
  offer(wanted) {
    if (this.#details.hidden !== wanted) return;
    this.#details.hidden = !wanted;
    this.#details.open = false;
  }

  async #load() {
    this.#lines.textContent = await lines().catch((error) => `The server does not say: ${error.message}`);
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }
}

async function lines() {
  const answer = await fetch("api/output");
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).lines.join("\n") || "Nothing.";
}
