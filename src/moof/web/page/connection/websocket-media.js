// @ts-check
/**
 * Picture, sound and input over the WebSocket, where WebRTC finds no way: on a machine with nothing but loopback
 * Chromium doesn't even look for one. Stands where a Peer would; pictures come over the WebSocket anyway.
 */

import { INPUT_BACKLOG } from "./webrtc-peer.js";
import { SocketSound } from "../audio/opus-player.js";

/** The first byte of an Opus packet's message, and how long its header is; others are rectangles. */
const SOUND_MESSAGE = 3;
const SOUND_HEADER = 8;

/** @param {ArrayBuffer} message */
export const isSound = (message) => message.byteLength > SOUND_HEADER && new Uint8Array(message)[0] === SOUND_MESSAGE;

export class SocketMedia {
  #sound;
  #transmit;
  /** Nothing to look at. */
  pc = null;

  /**
   * @param {(message: ArrayBuffer, most: number) => boolean} transmit over the WebSocket, unless more bytes wait already
   * @param {(stream: MediaStream) => void} onSound
   */
  constructor(transmit, onSound) {
    this.#transmit = transmit;
    this.#sound = new SocketSound(onSound);
  }

  /** @param {ArrayBuffer} message */
  hear(message) {
    this.#sound.take(message.slice(SOUND_HEADER));
  }

  /** @param {ArrayBuffer} message see input-messages.js @returns {boolean} it is on its way */
  send(message) {
    return this.#transmit(message, INPUT_BACKLOG);
  }

  close() {
    this.#sound.close();
  }
}
