// @ts-check
/** The audio element, with volume and mute. Browsers play no sound before the first click or key press in a page. */

import { FadeIn } from "./fade-in.js";

/** @import { Settling } from "./fade-in.js" */

/**
 * none: there is no stream yet · blocked: the browser's autoplay policy waits for a click or a key press
 * @typedef {"none" | "on" | "muted" | "blocked"} AudioOutputState
 */

/** What the autoplay policy waits for; it is listened to only while playback is blocked. */
const GESTURES = ["pointerup", "keydown"];

/** Plays a stream, and tries again at each click or key press while the browser blocks it. */
export class AudioOutput {
  #audio;
  #onChange;
  #volume;
  #fadeIn = new FadeIn(() => this.#applyVolume());
  #blocked = false;
  #onGesture = () => void this.#play();

  /**
   * @param {HTMLAudioElement} audio
   * @param {{volume: number, muted: boolean}} initial volume from 0 to 1
   * @param {() => void} onChange state, volume or mute have changed
   */
  constructor(audio, { volume, muted }, onChange) {
    this.#audio = audio;
    this.#onChange = onChange;
    this.#volume = volume;
    this.#applyVolume();
    audio.muted = muted;
  }

  /**
   * Play this stream from now on.
   * @param {MediaStream} stream
   * @param {Settling | null} buffer the stream's jitter buffer: the sound fades in when it has settled; null: at once
   */
  attach(stream, buffer = null) {
    if (buffer) this.#fadeIn.start(buffer);
    this.#audio.srcObject = stream;
    void this.#play();
  }

  /** @returns {AudioOutputState} */
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
    this.#onChange();
    void this.#play();
  }

  /** From 0 to 1. */
  get volume() {
    return this.#volume;
  }

  set volume(volume) {
    this.#volume = volume;
    this.#applyVolume();
    this.#onChange();
  }

  #applyVolume() {
    this.#audio.volume = this.#volume * this.#fadeIn.gain;
  }

  async #play() {
    if (this.#audio.srcObject) {
      try {
        await this.#audio.play();
        this.#setBlocked(false);
      } catch (error) {
        // AbortError: a newer stream has replaced this one. Only NotAllowedError is the autoplay policy.
        this.#setBlocked(error instanceof DOMException && error.name === "NotAllowedError");
      }
    }
    this.#onChange();
  }

  /** @param {boolean} blocked */
  #setBlocked(blocked) {
    this.#blocked = blocked;
    for (const gesture of GESTURES) {
      if (blocked) window.addEventListener(gesture, this.#onGesture, { capture: true });
      else window.removeEventListener(gesture, this.#onGesture, { capture: true });
    }
  }
}
