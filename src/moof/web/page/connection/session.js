// @ts-check
/**
 * The page's connection to a server and its Mac: signalling and WebRTC together, through every loss and return.
 * Whoever shows or reports something listens to its changes.
 */

import { Peer } from "./webrtc-peer.js";
import { Signalling } from "./signaling.js";
import { SocketMedia, isSound } from "./websocket-media.js";

/** @typedef {import("./signaling.js").LinkState} LinkState */
/** @typedef {import("./signaling.js").Message} Message */

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

/** A connection without packets may recover by itself for so long, ms; then another one is quicker. */
const RECOVERY = 1_000;
/** A new connection that has not come about after so long, ms, is tried anew; the first one another way. */
const CONNECTING = 10_000;
/** A browser that has not even begun to try after so long, ms, has no network that it would use. */
const BEGINNING = 4_000;
/** What once worked may fail so often before it is tried another way. */
const FAILURES = 2;
/** A server that makes no offer for so long, ms, is not at the other end of the WebSocket any more. */
const OFFER_PATIENCE = 4_000;
/** Our pings come back twice a second: a connection without news for so long, ms, is dead. */
const SILENCE = 1_500;

export class Session {
  #events;
  #signalling;
  /** @type {Peer | SocketMedia | null} */ #peer = null;
  /** WebRTC has worked on this page. */
  #connected = false;
  /** How often in a row it hasn't. */
  #failures = 0;
  /** It finds no way. */
  #bySocket = false;
  #recovery = 0;
  #watch = 0;
  #heardAt = -Infinity;
  /** @type {RTCIceServer[]} */ #iceServers = [];
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
    this.#signalling = new Signalling(url, (message) => this.#receive(message), (link) => this.#linkChanged(link), (data) => {
      this.#heardAt = performance.now();
      if (this.#peer instanceof SocketMedia && isSound(data)) this.#peer.hear(data);
      else this.#events.tiles(data);
    });
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

  /** @param {ArrayBuffer} message see input-messages.js @returns {boolean} it is on its way */
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
        return this.#connect().receive(message);
      case "candidate":
        return this.#peer instanceof Peer ? this.#peer.receive(message) : undefined;
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
  #hello({ codec, codecs, role, iceServers, resumed }) {
    const offered = /** @type {Codec[]} */ (codecs ?? []);
    const wish = offered.some(({ name }) => name === this.#wishedCodec) ? this.#wishedCodec : null;
    this.#iceServers = iceServers ?? [];
    const kept = resumed && this.#alive();
    if (!kept) this.#closePeer();
    this.#change({ met: true, farewell: "", watching: role === "viewer", codec: wish ?? codec, choice: wish ?? codec, codecs: offered });
    if (!kept) this.#join(wish);
    else if (wish && wish !== codec) this.#signalling.send({ type: "codec", codec: wish });
  }

  /** Asks for a connection; the one that we have, if any, stays until the offer comes. @param {string | null} codec */
  #join(codec) {
    clearTimeout(this.#recovery);
    if (this.#signalling.state !== "open") return; // the next hello leads here
    if (this.#bySocket) return this.#useSocket(codec);
    this.#signalling.send({ type: "join", codec });
    this.#recovery = setTimeout(() => this.#signalling.restart(), OFFER_PATIENCE);
  }

  #connect() {
    this.#closePeer();
    const peer = new Peer(this.#iceServers, {
      ...this.#events,
      frame: (data) => { this.#heardAt = performance.now(); this.#events.frame(data); },
      signal: (message) => this.#signalling.send(message),
      state: (state) => this.#peerChanged(state),
    });
    this.#peer = peer;
    this.#recovery = setTimeout(() => {
      if (peer.pc.connectionState === "new") this.#tryAnew();
      else this.#recovery = setTimeout(() => this.#tryAnew(), CONNECTING - BEGINNING);
    }, BEGINNING);
    this.#events.renewed();
    return peer;
  }

  #tryAnew() {
    this.#failures += 1;
    this.#bySocket = this.#failures > (this.#connected ? FAILURES : 0);
    this.#join(null);
  }

  /** @param {string | null} codec */
  #useSocket(codec) {
    this.#closePeer();
    this.#peer = new SocketMedia(
      (message, most) => this.#signalling.sendMedia(message, most),
      (stream) => this.#events.track("audio", stream),
    );
    this.#events.renewed();
    this.#signalling.send({ type: "join", codec, media: "socket" });
    this.#change({ peer: "connected" });
    this.#events.inputReady();
  }

  /** Whether the pictures' connection works, whatever has become of the WebSocket. */
  #alive() {
    return this.#peer instanceof Peer && this.#state.peer === "connected" && performance.now() - this.#heardAt < SILENCE;
  }

  /** @param {LinkState} link */
  #linkChanged(link) {
    clearInterval(this.#watch);
    if (link === "open") return this.#change({ link });
    // A server that ended the session, or died, sends no pictures either; otherwise they go on without the WebSocket.
    const closeDead = () => {
      if (link !== "idle" && !this.#state.farewell && this.#alive()) return;
      clearInterval(this.#watch);
      this.#closePeer();
      this.#change({ link });
    };
    this.#watch = setInterval(closeDead, SILENCE / 3);
    this.#change({ link });
    closeDead();
  }

  /** @param {RTCPeerConnectionState} peer */
  #peerChanged(peer) {
    if (peer !== "connecting") clearTimeout(this.#recovery);
    this.#change({ peer });
    if (peer === "connected") [this.#connected, this.#failures] = [true, 0];
    else if (peer === "disconnected") this.#recovery = setTimeout(() => this.#join(null), RECOVERY);
    else if (peer === "failed") this.#tryAnew();
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
