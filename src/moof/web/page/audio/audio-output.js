// @ts-check
/** The Mac's loudspeaker. Browsers let no page speak before somebody has clicked or typed in it. */

/**
 * none: nothing to hear has come yet · blocked: waits for a click or a key
 * @typedef {"none" | "on" | "muted" | "blocked"} SoundState
 */

export class Sound {
  #audio;
  #onChange;
  #blocked = false;

  /**
   * @param {HTMLAudioElement} audio
   * @param {{volume: number, muted: boolean}} initial
   * @param {() => void} onChange
   */
  constructor(audio, { volume, muted }, onChange) {
    this.#audio = audio;
    this.#onChange = onChange;
    audio.volume = volume;
    audio.muted = muted;
    for (const gesture of ["pointerup", "keydown"]) {
      window.addEventListener(gesture, () => { if (this.#blocked) this.#play(); }, { capture: true });
    }
  }

  /** @param {MediaStream} stream */
  attach(stream) {
    this.#audio.srcObject = stream;
    this.#play();
  }

  /** @returns {SoundState} */
  get state() {
    if (!this.#audio.srcObject) return "none";
    if (this.#audio.muted) return "muted";
    return this.#blocked ? "blocked" : "on";
  }

  get muted() {
    return this.#audio.muted;
  }

  set muted(muted) {
    this.#audio.muted = muted;
    this.#play();
  }

  /** 0 to 1 */
  get volume() {
    return this.#audio.volume;
  }

  set volume(volume) {
    this.#audio.volume = volume;
    this.#onChange();
  }

  async #play() {
    if (this.#audio.srcObject) {
      try {
        await this.#audio.play();
        this.#blocked = false;
      } catch (error) {
        // AbortError is a newer stream taking over; only NotAllowedError is the browser's policy.
        this.#blocked = error instanceof DOMException && error.name === "NotAllowedError";
      }
    }
    this.#onChange();
  }
}
