// @ts-check
/**
 * What carries picture, sound and input: a WebRTC connection, the WebSocket where there is no WebRTC, or the WebSocket
 * until a connection that takes long is established.
 */

import { WebRtcPeer } from "./webrtc-peer.js";
import { WebSocketMedia } from "./websocket-media.js";

/** @import { CandidateMessage, OfferMessage } from "./signaling-messages.js" */
/** @import { SignalingClient } from "./signaling.js" */
/** @import { WebRtcFailure } from "./webrtc-peer.js" */

/** While a connection takes longer than this, ms, media use the WebSocket. */
const SLOW_CONNECTION = 2_000;

/**
 * @typedef {object} MediaEvents
 * @property {(state: RTCPeerConnectionState) => void} state of what is in use; "connected" for the WebSocket
 * @property {(failure: WebRtcFailure) => void} failed the connection certainly does not work
 * @property {(kind: string, stream: MediaStream) => void} track "video" or "audio"
 * @property {() => void} inputReady input sent from now on arrives
 * @property {(data: ArrayBuffer) => void} frame a message of the frame channel
 * @property {() => void} mediaReset something else is in use from now on
 */

/** One of the ways at a time. */
export class MediaConnection {
  #signaling;
  #events;
  /** @type {WebRtcPeer | WebSocketMedia | null} */ #used = null;
  /** Beside the WebSocket. */
  /** @type {WebRtcPeer | null} */ #connecting = null;
  #timer = 0;

  /**
   * @param {SignalingClient} signaling
   * @param {MediaEvents} events
   */
  constructor(signaling, events) {
    this.#signaling = signaling;
    this.#events = events;
  }

  /** @returns {RTCPeerConnection | null} that is in use */
  get pc() {
    return this.#used?.pc ?? null;
  }

  /** @returns {boolean} messages of input-messages.js can be sent */
  get takesInput() {
    return this.#used?.takesInput ?? false;
  }

  /**
   * Send a message of input-messages.js.
   * @param {ArrayBuffer} message
   * @returns {boolean} it was sent
   */
  send(message) {
    return this.#used?.send(message) ?? false;
  }

  /**
   * Play an audio part of the WebSocket's; one that arrives late is dropped.
   * @param {ArrayBuffer} part
   */
  play(part) {
    if (this.#used instanceof WebSocketMedia) this.#used.play(part);
  }

  /**
   * Connect as the server offers.
   * @param {OfferMessage} offer
   * @param {RTCIceServer[]} iceServers
   */
  connect(offer, iceServers) {
    this.close();
    this.#events.mediaReset();
    try {
      const peer = this.#used = this.#createPeer(iceServers);
      peer.receive(offer);
      this.#timer = setTimeout(() => this.#useWebSocketMeanwhile(peer), SLOW_CONNECTION);
    } catch (error) {
      console.warn("The browser refused to create a peer connection:", error);
      this.#events.failed("refused");
    }
  }

  /**
   * Handle a candidate of the server's.
   * @param {CandidateMessage} message
   */
  addCandidate(message) {
    const peer = this.#connecting ?? this.#used;
    if (peer instanceof WebRtcPeer) peer.receive(message);
  }

  /**
   * Request media over the WebSocket; where it carries them already, give up the connection beside it.
   * @param {string | null} codec null: as before
   * @param {"socket" | "meanwhile"} [media]
   */
  useWebSocket(codec, media = "socket") {
    const kept = this.#connecting !== null;
    this.#connecting?.close();
    this.#connecting = null;
    if (!kept) {
      this.close();
      this.#used = new WebSocketMedia(
        (message, backlog) => this.#signaling.sendBinary(message, backlog),
        (stream) => this.#events.track("audio", stream),
      );
      this.#events.mediaReset();
    }
    this.#signaling.send({ type: "join", codec, media });
    if (kept) return;
    this.#events.state("connected");
    this.#events.inputReady();
  }

  /** End what is in use, and what is beside it. */
  close() {
    clearTimeout(this.#timer);
    this.#used?.close();
    this.#connecting?.close();
    this.#used = this.#connecting = null;
  }

  /** @param {RTCIceServer[]} iceServers */
  #createPeer(iceServers) {
    return new WebRtcPeer(iceServers, {
      ...this.#events,
      signal: (message) => this.#signaling.send(message),
      state: (state) => {
        if (state !== "connecting") clearTimeout(this.#timer);
        if (!this.#connecting) this.#events.state(state);
      },
      track: (kind, stream) => this.#connecting || this.#events.track(kind, stream),
      inputReady: () => this.#connecting ? this.#useConnected(this.#connecting) : this.#events.inputReady(),
    });
  }

  /** @param {WebRtcPeer} peer that takes long, and goes on connecting beside the WebSocket */
  #useWebSocketMeanwhile(peer) {
    this.#used = null;
    this.useWebSocket(null, "meanwhile");
    this.#connecting = peer;
  }

  /** @param {WebRtcPeer} peer established at last: it takes the place of the WebSocket */
  #useConnected(peer) {
    this.#used?.close();
    this.#used = peer;
    this.#connecting = null;
    this.#signaling.send({ type: "join", codec: null, media: "offered" });
    this.#events.mediaReset();
    for (const { track } of peer.pc.getReceivers()) this.#events.track(track.kind, new MediaStream([track]));
    this.#events.state("connected");
    this.#events.inputReady();
  }
}
