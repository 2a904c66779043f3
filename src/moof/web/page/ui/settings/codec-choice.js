// @ts-check
/** The list of codecs in the panel "Settings", and the sentence about the one in use. */

import { describeCodec, labelCodecs } from "./codec-labels.js";
import { elementById } from "../controls/elements.js";

/** @import { CodecState } from "./codec-labels.js" */

/** The list. */
export class CodecChoice {
  #select = elementById("codec", HTMLSelectElement);
  #note = elementById("codec-note", HTMLElement);

  /** @param {(codec: string) => void} choose */
  constructor(choose) {
    this.#select.addEventListener("change", () => choose(this.#select.value));
  }

  /**
   * Show the codecs, the choice, and the one in use.
   * @param {Readonly<CodecState>} state
   */
  show(state) {
    const { codecs, choice } = state;
    const names = codecs.map(({ name }) => name).join();
    if (this.#select.dataset["names"] !== names) {
      this.#select.dataset["names"] = names;
      this.#select.replaceChildren(...codecs.map(({ name }) => new Option("", name)));
      this.#select.disabled = codecs.length === 0;
    }
    labelCodecs(state).forEach(({ label }, index) => {
      const option = this.#select.options[index];
      if (option && option.text !== label) option.text = label; // an open list would be drawn again
    });
    if (choice) this.#select.value = choice;
    const note = describeCodec(state);
    if (this.#note.textContent !== note) this.#note.textContent = note;
  }
}
