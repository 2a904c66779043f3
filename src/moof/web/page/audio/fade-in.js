// @ts-check
/** Fades the sound of a new connection in, when the browser's jitter buffer has settled: until then it stretches sound. */

/** Longest time for which a new connection is silent, ms. */
const MAX_WAIT = 3000;
const FADE_DURATION = 300;
const STEP = 20;

/**
 * What is asked whether the jitter buffer has settled.
 * @typedef {object} Settling
 * @property {boolean} settled
 */

/** A gain from 0 to 1, for one element. */
export class FadeIn {
  #onChange;
  #timer = 0;
  /** From 0 to 1. */
  gain = 1;

  /** @param {() => void} onChange the gain has changed */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /**
   * Be silent until the buffer has settled, for at most 3 s, then fade in.
   * @param {Settling} buffer
   */
  start(buffer) {
    clearInterval(this.#timer);
    this.#set(0);
    const begun = performance.now();
    this.#timer = setInterval(() => {
      if (this.gain > 0 || buffer.settled || performance.now() - begun > MAX_WAIT) this.#raise();
    }, STEP);
  }

  #raise() {
    this.#set(Math.min(1, this.gain + STEP / FADE_DURATION));
    if (this.gain === 1) clearInterval(this.#timer);
  }

  /** @param {number} gain */
  #set(gain) {
    this.gain = gain;
    this.#onChange();
  }
}
