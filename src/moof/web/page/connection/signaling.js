// @ts-check
/**
 * The WebSocket to the server: opens, says what comes, and when it breaks opens again, at first quickly and
 * then more and more patiently. JSON both ways, and lossless pictures; docs/protocol.md has the messages.
 */

/** Pause before each further attempt, ms: the server usually is back at once, or not for a while. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;
const GROWTH = 1.8;

/** We break it to come back over another one; the server keeps our session (RFC 6455, section 7.4.2). */
const CLOSE_AND_RETURN = 4000;

/** A server that takes the connection and then says nothing is as good as none, ms. */
const HELLO_PATIENCE = 8_000;

/**
 * idle: not started, or ended for good · connecting: a socket is opening, or open without the server's hello
 * · open: the server said hello · waiting: the next attempt is at retryAt
 * @typedef {"idle" | "connecting" | "open" | "waiting"} LinkState
 */

/** @typedef {Record<string, any> & {type: string}} Message */

/**
 * @param {number} attempt 0 for the first one after a connection that worked
 * @param {number} chance 0 to 1: spreads the pages that lost the same server
 * @returns {number} ms
 */
export function pause(attempt, chance) {
  return Math.min(FIRST_PAUSE * GROWTH ** attempt, LONGEST_PAUSE) * (0.8 + 0.4 * chance);
}

export class Signalling {
  #url;
  #onMessage;
  #onState;
  #onTiles;
  /** @type {WebSocket | null} */ #socket = null;
  #attempt = 0;
  #timer = 0;
  /** @type {LinkState} */ state = "idle";
  /** When the next attempt is due, as Date.now() counts. */
  retryAt = 0;
  /** The session to come back to, as the server's hello named it. */
  session = "";

  /**
   * @param {string | URL} url
   * @param {(message: Message) => void} onMessage
   * @param {(state: LinkState) => void} onState
   * @param {(data: ArrayBuffer) => void} onTiles one message of an update
   */
  constructor(url, onMessage, onState, onTiles) {
    this.#url = url;
    this.#onTiles = onTiles;
    this.#onMessage = onMessage;
    this.#onState = onState;
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  /** Connects, and stays connected until `end`. */
  start() {
    if (this.state === "idle") this.#open();
  }

  /** Somebody is waiting: the next attempt is now. */
  hurry() {
    if (this.state === "waiting") this.#open();
  }

  /** Breaks the connection, for a new one. */
  restart() {
    if (this.state === "connecting" || this.state === "open") this.#lost();
  }

  /** Nobody is to reconnect. */
  end() {
    this.session = "";
    this.#drop();
    this.#become("idle");
  }

  /** @param {Message} message lost when there is no connection: the next hello starts anew */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** @param {ArrayBuffer} data @param {number} most bytes that may wait before it @returns {boolean} it is on its way */
  sendMedia(data, most) {
    if (this.#socket?.readyState !== WebSocket.OPEN || this.#socket.bufferedAmount > most) return false;
    this.#socket.send(data);
    return true;
  }

  #open() {
    this.#drop();
    const url = new URL(this.#url);
    if (this.session) url.searchParams.set("session", this.session);
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) splitUpdate(data).forEach(this.#onTiles);
      else this.#receive(data);
    };
    socket.onclose = () => this.#lost();
    this.#timer = setTimeout(() => this.#lost(), HELLO_PATIENCE);
    this.#become("connecting");
  }

  /** @param {unknown} text */
  #receive(text) {
    const message = parse(text);
    if (!message) return;
    if (message.type === "hello") {
      clearTimeout(this.#timer);
      this.#attempt = 0;
      this.session = message.session ?? "";
      this.#become("open");
    }
    this.#onMessage(message);
    if (message.type === "bye" && message.final) this.end();
  }

  #lost() {
    this.#drop();
    const wait = pause(this.#attempt, Math.random());
    this.#attempt += 1;
    this.retryAt = Date.now() + wait;
    this.#timer = setTimeout(() => this.#open(), wait);
    this.#become("waiting");
  }

  #drop() {
    clearTimeout(this.#timer);
    if (!this.#socket) return;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close(CLOSE_AND_RETURN);
    this.#socket = null;
  }

  /** @param {LinkState} state */
  #become(state) {
    this.state = state;
    this.#onState(state);
  }
}

/**
 * An update of a lossless picture is one message: its parts, each with its length in front (u32).
 * @param {ArrayBuffer} update
 */
export function splitUpdate(update) {
  const view = new DataView(update);
  const parts = [];
  for (let at = 0; at + 4 <= update.byteLength; ) {
    const start = at + 4;
    at = start + view.getUint32(at, true);
    parts.push(update.slice(start, at));
  }
  return parts;
}

/** @param {unknown} text @returns {Message | null} */
function parse(text) {
  try {
    const message = JSON.parse(String(text));
    return typeof message?.type === "string" ? message : null;
  } catch {
    console.warn("The server said something that is no JSON.");
    return null;
  }
}
