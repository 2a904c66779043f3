// @ts-check
/**
 * The page's connection to a server and its Mac: signalling and WebRTC together, through every loss and return.
 * Whoever shows or reports something listens to its changes.
 */

import { Peer } from "./peer.js";
import { Signalling } from "./signalling.js";

/** @typedef {import("./signalling.js").LinkState} LinkState */
/** @typedef {import("./signalling.js").Message} Message */

/** @typedef {{name: string, label: string, transport: "rtp" | "tiles"}} Codec */
/** @typedef {{connected: boolean, pid?: number, state: "running" | "paused" | "stopped", width: number, height: number, capturing?: boolean}} Emulator */

/**
 * @typedef {object} SessionState
 * @property {LinkState} link to the server
 * @property {RTCPeerConnectionState} peer
 * @property {boolean} met the server has been there before
 * @property {string} farewell what it said when it closed the connection, or ""
 * @property {Emulator | null} emulator null before the server has said
 * @property {string} note the server's sentence about it, or ""
 * @property {boolean} off nothing happens until somebody restarts it
 * @property {string | null} codec this viewer's
 * @property {string | null} choice the name in the list that led to it: the same, or "auto"
 * @property {Codec[]} codecs
 * @property {boolean} picture one has arrived over this connection
 * @property {boolean} watching this viewer may only watch
 */

/**
 * @typedef {object} SessionEvents
 * @property {(state: Readonly<SessionState>) => void} change
 * @property {(kind: string, stream: MediaStream) => void} track
 * @property {() => void} inputReady
 * @property {(data: ArrayBuffer) => void} frame
 * @property {(data: ArrayBuffer) => void} tiles
 * @property {(message: Message) => void} sound how the server's sound fares
 * @property {(message: string) => void} error the server refused something
 * @property {() => void} renewed another connection begins
 */

/** A connection without packets may recover by itself for so long, ms; then a new one is quicker. */
const RECOVERY = 4_000;

export class Session {
  #events;
  #signalling;
  /** @type {Peer | null} */ #peer = null;
  #recovery = 0;
  #wishedCodec;
  /** @type {SessionState} */
  #state = {
    link: "idle", peer: "new", met: false, farewell: "", emulator: null, note: "", off: false, codec: null, choice: null, codecs: [], picture: false, watching: false,
  };

  /**
   * @param {URL} url of the signalling WebSocket
   * @param {string | null} codec wished for; null leaves it to the server
   * @param {SessionEvents} events
   */
  constructor(url, codec, events) {
    this.#wishedCodec = codec;
    this.#events = events;
    this.#signalling = new Signalling(url, (message) => this.#receive(message), (link) => this.#linkChanged(link), events.tiles);
  }

  /** @returns {Readonly<SessionState>} */
  get state() {
    return this.#state;
  }

  /** @returns {RTCPeerConnection | null} */
  get pc() {
    return this.#peer?.pc ?? null;
  }

  /** How the current codec's pictures travel. @returns {"rtp" | "tiles"} */
  get transport() {
    return this.#state.codecs.find(({ name }) => name === this.#state.codec)?.transport ?? "rtp";
  }

  start() {
    this.#signalling.start();
  }

  hurry() {
    this.#signalling.hurry();
  }

  /** @param {ArrayBuffer} message see wire.js @returns {boolean} it is on its way */
  input(message) {
    return this.#peer?.send(message) ?? false;
  }

  /** @param {string} codec for this viewer, from now on */
  setCodec(codec) {
    this.#wishedCodec = codec;
    this.#signalling.send({ type: "codec", codec });
  }

  /** Asks for the whole picture: choosing the codec that we have starts it anew. */
  refresh() {
    if (this.#state.choice) this.#signalling.send({ type: "codec", codec: this.#state.choice });
  }

  /** @param {object | null} summary of the latency meter; null while nothing was measured */
  reportLatency(summary) {
    if (summary && this.#state.picture) this.#signalling.send({ type: "latency", ...summary });
  }

  restartMac() {
    this.#signalling.send({ type: "restart" });
  }

  /** @param {"reset" | "pause" | "resume"} command */
  command(command) {
    this.#signalling.send({ type: "command", command });
  }

  /** A picture is on the screen. */
  pictureArrived() {
    if (!this.#state.picture) this.#change({ picture: true });
  }

  /** @param {Message} message */
  #receive(message) {
    switch (message.type) {
      case "hello":
        return this.#hello(message);
      case "offer":
      case "candidate":
        return this.#peer?.receive(message);
      case "codec":
        return this.#change({ codec: message.codec, choice: message.choice ?? message.codec });
      case "status":
        return this.#change({ emulator: message.emulator ?? null, note: message.note ?? "", off: message.off ?? false });
      case "sound":
        return this.#events.sound(message);
      case "error":
        return this.#events.error(String(message.message));
      case "bye":
        return this.#change({ farewell: String(message.message ?? "") });
    }
  }

  /** @param {Message} hello */
  #hello({ codec, codecs, role, iceServers }) {
    const offered = /** @type {Codec[]} */ (codecs ?? []);
    const wish = offered.some(({ name }) => name === this.#wishedCodec) ? this.#wishedCodec : null;
    this.#connect(iceServers ?? []);
    this.#change({ met: true, farewell: "", watching: role === "viewer", codec: wish ?? codec, choice: wish ?? codec, codecs: offered });
    this.#signalling.send({ type: "join", codec: wish });
  }

  /** @param {RTCIceServer[]} iceServers */
  #connect(iceServers) {
    this.#closePeer();
    this.#peer = new Peer(iceServers, {
      ...this.#events,
      signal: (message) => this.#signalling.send(message),
      state: (peer) => this.#peerChanged(peer),
    });
    this.#events.renewed();
  }

  /** @param {LinkState} link */
  #linkChanged(link) {
    // The server ties a viewer to its WebSocket: without it there is no picture either.
    if (link !== "open") this.#closePeer();
    this.#change({ link });
  }

  /** @param {RTCPeerConnectionState} peer */
  #peerChanged(peer) {
    clearTimeout(this.#recovery);
    if (peer === "failed") this.#signalling.restart();
    else if (peer === "disconnected") this.#recovery = setTimeout(() => this.#signalling.restart(), RECOVERY);
    this.#change({ peer });
  }

  #closePeer() {
    clearTimeout(this.#recovery);
    this.#peer?.close();
    this.#peer = null;
    this.#state = { ...this.#state, peer: "new", picture: false };
  }

  /** @param {Partial<SessionState>} change */
  #change(change) {
    this.#state = { ...this.#state, ...change };
    this.#events.change(this.#state);
  }
}
