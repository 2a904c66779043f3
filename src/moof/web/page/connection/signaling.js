// @ts-check
/**
 * The signaling WebSocket: JSON messages both ways, and binary messages with tiles, audio and input. It opens
 * again by itself when it breaks, at first quickly and then at longer intervals; docs/protocol.md has the
 * messages. The typedefs below have one type per message, with the field names on the wire; each is named after its
 * class in moof/server/protocol/messages.py.
 */

import { splitBinaryMessage } from "./websocket-media.js";

/**
 * Server → page: a codec that a viewer may choose.
 * @typedef {object} CodecOffer
 * @property {string} name such as "h264", or "auto"
 * @property {string} label for people
 * @property {"rtp" | "tiles"} transport RTP packets of WebRTC, or tiles over the WebSocket
 */

/**
 * Server → page: the emulator's state, inside of `status`.
 * @typedef {object} EmulatorView
 * @property {boolean} connected the server has frames of it
 * @property {number | null} pid its process id
 * @property {"running" | "paused" | "stopped"} state
 * @property {number} width of the Mac's screen, pixels
 * @property {number} height
 * @property {boolean} capturing `moof capture` runs: the page records what it plays
 */

/**
 * Server → page: the first message of every connection.
 * @typedef {object} HelloMessage
 * @property {"hello"} type
 * @property {string} version of the server
 * @property {string} viewer this viewer's number
 * @property {string} codec the server's default
 * @property {CodecOffer[]} codecs
 * @property {RTCIceServer[]} iceServers
 * @property {"player" | "viewer"} role a viewer sends no input
 * @property {string} session key that resumes this session over another WebSocket
 * @property {boolean} resumed the session named in the URL still exists, with its peer connection
 */

/**
 * Server → page: the server's session description, with all of its candidates.
 * @typedef {object} OfferMessage
 * @property {"offer"} type
 * @property {string} sdp
 */

/**
 * Server → page: this viewer's codec from now on.
 * @typedef {object} CodecChangedMessage
 * @property {"codec"} type
 * @property {string} codec
 * @property {string} choice its name in the list of codecs: the same, or "auto"
 */

/**
 * Server → page: the emulator's state has changed.
 * @typedef {object} StatusMessage
 * @property {"status"} type
 * @property {EmulatorView} emulator
 * @property {string} note a sentence for people, or ""
 * @property {boolean} off the Mac stays off until a player restarts it
 */

/**
 * Server → page: the answer to an audio report. Times are medians in ms.
 * @typedef {object} AudioStatusMessage
 * @property {"sound"} type
 * @property {"free" | "learning" | "following"} state of the server's drift compensation
 * @property {boolean} yours the sound card that it follows is this viewer's
 * @property {number} ppm how much faster than its own clock the server sends
 * @property {number} answer from the request to the emulator until its reply
 * @property {number} wait from the reply until the packet's deadline
 * @property {number} encode
 * @property {number} send from the encoded packet to the network
 */

/**
 * Server → page: a message of the page's was refused; the connection goes on.
 * @typedef {object} ErrorMessage
 * @property {"error"} type
 * @property {string} message
 */

/**
 * Server → page: the last message of a connection.
 * @typedef {object} ByeMessage
 * @property {"bye"} type
 * @property {string} message the reason, for people
 * @property {boolean} final the page must not reconnect by itself
 */

/**
 * Page → server: requests an offer, or with `media` "socket" tiles, audio and input over this WebSocket.
 * @typedef {object} JoinMessage
 * @property {"join"} type
 * @property {string | null} codec null: the server's default
 * @property {"socket"} [media]
 */

/**
 * Page → server: the browser's session description.
 * @typedef {object} AnswerMessage
 * @property {"answer"} type
 * @property {string} sdp
 */

/**
 * Page → server (and other servers → page): one ICE candidate.
 * @typedef {object} CandidateMessage
 * @property {"candidate"} type
 * @property {string} candidate "candidate:…" as in SDP
 * @property {string} mid of the media section
 */

/**
 * Page → server: another codec for this viewer, without a new offer.
 * @typedef {object} SetCodecMessage
 * @property {"codec"} type
 * @property {string} codec
 */

/**
 * Page → server: starts the Mac again, also after it was shut down.
 * @typedef {object} RestartMessage
 * @property {"restart"} type
 */

/**
 * Page → server: a command for the emulator.
 * @typedef {object} CommandRequestMessage
 * @property {"command"} type
 * @property {"reset" | "pause" | "resume"} command
 */

/**
 * The parts of a ping's latency in order of travel, and their sum, ms; latency/meter.js explains each.
 * @typedef {object} PathTimes
 * @property {number} up
 * @property {number} ipc
 * @property {number} mac
 * @property {number} wait
 * @property {number} encode
 * @property {number} network
 * @property {number} buffer
 * @property {number} decode
 * @property {number} display
 * @property {number} total
 */

/**
 * Page → server: the latency of the last minute's pings.
 * @typedef {object} LatencyMessage
 * @property {"latency"} type
 * @property {number} samples number of pings
 * @property {number} clockOffset server's clock minus browser's, ms
 * @property {PathTimes} median
 * @property {PathTimes} late 95th percentiles
 */

/**
 * @typedef {HelloMessage | OfferMessage | CandidateMessage | CodecChangedMessage | StatusMessage | AudioStatusMessage
 *   | ErrorMessage | ByeMessage} ServerMessage
 */

/**
 * @typedef {JoinMessage | AnswerMessage | CandidateMessage | SetCodecMessage | RestartMessage | CommandRequestMessage
 *   | LatencyMessage} ClientMessage
 */

/**
 * idle: not started, or stopped · connecting: a socket is opening, or open without the server's `hello`
 * · open: `hello` has arrived · waiting: the next attempt is at `retryAt`
 * @typedef {"idle" | "connecting" | "open" | "waiting"} SignalingState
 */

/**
 * @typedef {object} SignalingEvents
 * @property {(message: ServerMessage) => void} message
 * @property {(state: SignalingState) => void} state
 * @property {(part: ArrayBuffer) => void} binary one part of a binary message
 */

/** Delays before further attempts, ms: a server usually is back at once, or not for a while. */
const FIRST_DELAY = 250;
const MAX_DELAY = 5_000;
const DELAY_GROWTH = 1.8;

/** Close code of a page that reconnects; the server keeps its session (RFC 6455, section 7.4.2). */
const CLOSE_RECONNECT = 4000;

/** A server that accepts the connection and does not send `hello` within this time, ms, counts as unreachable. */
const HELLO_TIMEOUT = 8_000;

/**
 * Return the delay before an attempt, ms.
 * @param {number} attempt 0 for the first one after a connection that worked
 * @param {number} random 0 to 1: spreads the pages that lost the same server
 * @returns {number}
 */
export function retryDelay(attempt, random) {
  return Math.min(FIRST_DELAY * DELAY_GROWTH ** attempt, MAX_DELAY) * (0.8 + 0.4 * random);
}

/** Keeps one signaling WebSocket open. */
export class SignalingClient {
  #url;
  #events;
  /** @type {WebSocket | null} */ #socket = null;
  #attempt = 0;
  #timer = 0;
  /** @type {SignalingState} */ state = "idle";
  /** When the next attempt is due, as Date.now() counts. */
  retryAt = 0;
  /** Key of the session to resume, as the server's `hello` named it. */
  session = "";

  /**
   * @param {string | URL} url
   * @param {SignalingEvents} events
   */
  constructor(url, events) {
    this.#url = url;
    this.#events = events;
    window.addEventListener("online", () => this.retryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.retryNow();
    });
  }

  /** Connect, and stay connected until `stop`. */
  start() {
    if (this.state === "idle") this.#open();
  }

  /** Make the next attempt now instead of at `retryAt`. */
  retryNow() {
    if (this.state === "waiting") this.#open();
  }

  /** Close the connection and open another one. */
  reconnect() {
    if (this.state === "connecting" || this.state === "open") this.#scheduleRetry();
  }

  /** Close the connection, and do not reconnect until `start`. */
  stop() {
    this.session = "";
    this.#closeSocket();
    this.#setState("idle");
  }

  /**
   * Send a message; it is dropped when there is no connection, since the page joins again after the next `hello`.
   * @param {ClientMessage} message
   */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /**
   * Send a binary message, unless more than `backlog` bytes are queued.
   * @param {ArrayBuffer} data
   * @param {number} backlog
   * @returns {boolean} it was sent
   */
  sendBinary(data, backlog) {
    if (this.#socket?.readyState !== WebSocket.OPEN || this.#socket.bufferedAmount > backlog) return false;
    this.#socket.send(data);
    return true;
  }

  #open() {
    this.#closeSocket();
    const url = new URL(this.#url);
    if (this.session) url.searchParams.set("session", this.session);
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) splitBinaryMessage(data).forEach((part) => this.#events.binary(part));
      else this.#receive(String(data));
    };
    socket.onclose = () => this.#scheduleRetry();
    this.#timer = setTimeout(() => this.#scheduleRetry(), HELLO_TIMEOUT);
    this.#setState("connecting");
  }

  /** @param {string} text */
  #receive(text) {
    const message = parseMessage(text);
    if (!message) return;
    if (message.type === "hello") {
      clearTimeout(this.#timer);
      this.#attempt = 0;
      this.session = message.session;
      this.#setState("open");
    }
    this.#events.message(message);
    if (message.type === "bye" && message.final) this.stop();
  }

  #scheduleRetry() {
    this.#closeSocket();
    const delay = retryDelay(this.#attempt, Math.random());
    this.#attempt += 1;
    this.retryAt = Date.now() + delay;
    this.#timer = setTimeout(() => this.#open(), delay);
    this.#setState("waiting");
  }

  #closeSocket() {
    clearTimeout(this.#timer);
    if (!this.#socket) return;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close(CLOSE_RECONNECT);
    this.#socket = null;
  }

  /** @param {SignalingState} state */
  #setState(state) {
    this.state = state;
    this.#events.state(state);
  }
}

/**
 * @param {string} text
 * @returns {ServerMessage | null} null for what is not an object with a type
 */
function parseMessage(text) {
  try {
    const message = /** @type {{type?: unknown} | null} */ (parseJson(text));
    return typeof message?.type === "string" ? /** @type {ServerMessage} */ (message) : null;
  } catch {
    console.warn("The server sent a text message that is not JSON.");
    return null;
  }
}

/**
 * @param {string} text
 * @returns {unknown}
 */
const parseJson = (text) => JSON.parse(text);
