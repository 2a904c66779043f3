// @ts-check
/**
 * The signaling WebSocket: JSON messages both ways, and binary messages with tiles, audio and input. It opens
 * again by itself when it breaks, at first quickly and then at longer intervals; docs/protocol.md has the
 * messages, signaling-messages.js their types.
 */

import { splitBinaryMessage } from "./websocket-media.js";

/** @import { ClientMessage, ServerMessage } from "./signaling-messages.js" */

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
