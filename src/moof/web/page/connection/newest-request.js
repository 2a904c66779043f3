// @ts-check
/** Requests of the same thing, of which only the newest one counts. */

/** Answers may come in another order than they were asked for: what an older request says is out of date then. */
export class NewestRequest {
  #number = 0;

  /**
   * Ask, and return the answer; null if there has been a newer request since, whatever has become of this one.
   * @template T
   * @param {() => Promise<T>} ask
   * @returns {Promise<T | null>}
   */
  async answer(ask) {
    const number = ++this.#number;
    const isNewest = () => number === this.#number;
    try {
      const answer = await ask();
      return isNewest() ? answer : null;
    } catch (error) {
      if (isNewest()) throw error;
      return null;
    }
  }
}
