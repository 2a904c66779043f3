// @ts-check
/**
 * Audio and input over the signaling WebSocket, for networks where WebRTC finds no route: on a machine with
 * nothing but a loopback interface Chromium gathers no candidates. Takes the place of a WebRtcPeer; tiles use the
 * WebSocket in any case.
 */

import { INPUT_BACKLOG } from "./webrtc-peer.js";

/** @import { OpusPlayer } from "../audio/opus-player.js" */

/** First byte of a part with an Opus packet, and the length of its header; other parts are tiles. */
const AUDIO_PART = 3;
const AUDIO_HEADER_SIZE = 8;

/**
 * Return whether a part of a binary message is an Opus packet.
 * @param {ArrayBuffer} part
 * @returns {boolean}
 */
export const isAudio = (part) => part.byteLength > AUDIO_HEADER_SIZE && new Uint8Array(part)[0] === AUDIO_PART;

/**
 * Return whether the browser can decode single packets (WebCodecs): not old ones, and only pages from https or localhost.
 * @returns {boolean}
 */
export const canDecodeOpus = () => typeof AudioDecoder === "function";

/**
 * Return the parts of a binary message. Each has its length in front (u32, little endian).
 * @param {ArrayBuffer} message
 * @returns {ArrayBuffer[]}
 */
export function splitBinaryMessage(message) {
  const view = new DataView(message);
  const parts = [];
  for (let at = 0; at + 4 <= message.byteLength; ) {
    const start = at + 4;
    at = start + view.getUint32(at, true);
    parts.push(message.slice(start, at));
  }
  return parts;
}

/** Plays the audio of binary messages, and sends input as binary messages. */
export class WebSocketMedia {
  /** Loaded at the first packet: most pages need none. */
  /** @type {OpusPlayer | null} */ #player = null;
  #loading = false;
  /** The newest packet. */
  #packet = new ArrayBuffer(0);
  #closed = false;
  #onAudio;
  #transmit;
  /** There is no peer connection. */
  pc = null;
  takesInput = true;

  /**
   * @param {(message: ArrayBuffer, backlog: number) => boolean} transmit sends unless more bytes are queued
   * @param {(stream: MediaStream) => void} onAudio called once, with the stream to play
   */
  constructor(transmit, onAudio) {
    this.#transmit = transmit;
    this.#onAudio = onAudio;
  }

  /**
   * Play an audio part. While the player is loaded, all but the newest are dropped.
   * @param {ArrayBuffer} part
   */
  play(part) {
    if (!canDecodeOpus()) return;
    this.#packet = part.slice(AUDIO_HEADER_SIZE);
    if (this.#player) this.#player.play(this.#packet);
    else if (!this.#loading) this.#load().catch((/** @type {unknown} */ error) => console.warn("The sound cannot be played:", error));
  }

  async #load() {
    this.#loading = true;
    const { OpusPlayer } = await import("../audio/opus-player.js");
    if (this.#closed) return;
    this.#player = new OpusPlayer(this.#onAudio);
    this.#player.play(this.#packet);
  }

  /**
   * Send a message of input-messages.js.
   * @param {ArrayBuffer} message
   * @returns {boolean} it was sent
   */
  send(message) {
    return this.#transmit(message, INPUT_BACKLOG);
  }

  /** Stop playing. */
  close() {
    this.#closed = true;
    this.#player?.close();
  }
}
