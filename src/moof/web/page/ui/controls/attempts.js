// @ts-check
/** What a person asks of the server in a panel: one change at a time, and a sentence where one fails. */

import { describeFailure } from "./failed-request.js";

/**
 * Return what shows a sentence in an element, and hides it while there is none.
 * @param {HTMLElement} element
 * @returns {(sentence: string) => void}
 */
export function sentenceIn(element) {
  return (sentence) => {
    element.textContent = sentence;
    element.hidden = sentence === "";
  };
}

/** Attempts of one panel. */
export class Attempts {
  #tell;
  #isBusy = false;

  /** @param {(sentence: string) => void} tell shows a sentence in the panel; "" for none */
  constructor(tell) {
    this.#tell = tell;
  }

  /** Whether a change is on its way. */
  get isBusy() {
    return this.#isBusy;
  }

  /**
   * Do something, and tell the person if it fails.
   * @template T
   * @param {() => Promise<T>} act
   * @param {string} [meanwhile] a sentence that is shown until then, unless `act` shows another one
   * @returns {Promise<T | null>} null: it failed
   */
  async try(act, meanwhile = "") {
    this.#tell(meanwhile);
    try {
      return await act();
    } catch (error) {
      this.#tell(describeFailure(error));
      return null;
    }
  }

  /**
   * Change something, as `try` does, unless another change is on its way.
   * @template T
   * @param {() => Promise<T>} act
   * @param {string} [meanwhile]
   * @returns {Promise<T | null>} null: it failed, or was not begun
   */
  async change(act, meanwhile = "") {
    if (this.#isBusy) return null;
    this.#isBusy = true;
    try {
      return await this.try(act, meanwhile);
    } finally {
      this.#isBusy = false;
    }
  }
}
