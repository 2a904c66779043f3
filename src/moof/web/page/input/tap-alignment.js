// @ts-check
/** Keeps taps of a finger in their place: the Mac expects both clicks of a double click within a few pixels. */

/** @typedef {{clientX: number, clientY: number}} ClientPosition CSS pixels */
/** @typedef {Pick<PointerEvent, "type" | "clientX" | "clientY" | "timeStamp">} Touch a pointer event of a finger */

/** A finger that moves no further than this, CSS pixels in each direction, rests. */
const SLOP = 8;

/** A touch this near to the one before, CSS pixels, and this soon after it, ms, belongs to the same double tap. */
const TAP_DISTANCE = 24;
const TAP_INTERVAL = 400;

/**
 * Replaces the positions of one finger. A tap and a long press stay where they began, and the second tap of a double
 * tap is where the first one was; a finger that moves on from there drags.
 */
export class TapAlignment {
  /** Where the finger came down, and the position that is used instead while it rests. */
  #start = { clientX: 0, clientY: 0 };
  #anchor = { clientX: 0, clientY: 0 };
  #endedAt = -Infinity;
  #rests = false;

  /** The finger has not moved from where it came down. */
  get rests() {
    return this.#rests;
  }

  /**
   * Return where the Mac's pointer belongs.
   * @param {Touch} event
   * @returns {ClientPosition}
   */
  align(event) {
    const finger = { clientX: event.clientX, clientY: event.clientY };
    if (event.type === "pointerdown") this.#begin(finger, event.timeStamp);
    else if (distance(finger, this.#start) > SLOP) this.#rests = false;
    if (event.type === "pointerup" && this.#rests) this.#endedAt = event.timeStamp;
    return this.#rests ? this.#anchor : finger;
  }

  /**
   * @param {ClientPosition} finger
   * @param {number} time ms
   */
  #begin(finger, time) {
    const again = time - this.#endedAt <= TAP_INTERVAL && distance(finger, this.#anchor) <= TAP_DISTANCE;
    if (!again) this.#anchor = finger;
    this.#start = finger;
    this.#rests = true;
    this.#endedAt = -Infinity;
  }
}

/**
 * @param {ClientPosition} a
 * @param {ClientPosition} b
 * @returns {number} CSS pixels, the larger one of both directions
 */
function distance(a, b) {
  return Math.max(Math.abs(a.clientX - b.clientX), Math.abs(a.clientY - b.clientY));
}
