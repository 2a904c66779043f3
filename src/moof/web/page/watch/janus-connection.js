// @ts-check
/** Janus' API over its WebSocket: requests, their answers, and what it says by itself. */

const KEEP_ALIVE = 25_000;
const PROTOCOL = "janus-protocol";
const PLUGIN = "janus.plugin.videoroom";

/**
 * A message of Janus.
 * @typedef {object} JanusMessage
 * @property {string} janus its kind
 * @property {string} [transaction]
 * @property {{id: number}} [data]
 * @property {{data: {videoroom?: string, error_code?: number, error?: string}}} [plugindata]
 * @property {RTCSessionDescriptionInit} [jsep]
 * @property {{code: number, reason: string}} [error]
 */

/** One session with a handle of the VideoRoom plugin. */
export class JanusConnection {
  #socket;
  /** @type {Map<string, (message: JanusMessage) => void>} */
  #waiting = new Map();
  #sent = 0;
  #session = 0;
  #handle = 0;
  #timer = 0;

  /**
   * @param {WebSocket} socket open
   * @param {(reason: string) => void} onEnd the session has ended, or the room; may be called again
   */
  constructor(socket, onEnd) {
    this.#socket = socket;
    socket.onclose = () => onEnd("closed");
    socket.onmessage = (event) => {
      if (typeof event.data !== "string") return;
      /** @type {unknown} */
      const content = JSON.parse(event.data);
      const message = /** @type {JanusMessage} */ (content);
      const answered = message.janus !== "ack" && this.#waiting.get(message.transaction ?? "");
      if (answered) answered(message);
      else if (["hangup", "detached", "timeout"].includes(message.janus)) onEnd(message.janus);
      else if (message.plugindata?.data.videoroom === "destroyed") onEnd("destroyed");
    };
  }

  /**
   * Connect, and begin a session.
   * @param {string} url
   * @param {(reason: string) => void} onEnd
   * @returns {Promise<JanusConnection>}
   */
  static async open(url, onEnd) {
    const socket = new WebSocket(url, PROTOCOL);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error("Janus does not answer."));
    });
    const connection = new JanusConnection(socket, onEnd);
    connection.#session = (await connection.#request("create", {})).data?.id ?? 0;
    connection.#handle = (await connection.#request("attach", { plugin: PLUGIN })).data?.id ?? 0;
    connection.#timer = setInterval(() => connection.#send("keepalive", {}), KEEP_ALIVE);
    return connection;
  }

  /**
   * Send a message to the plugin and return its answer. Throws if that is an error.
   * @param {object} body
   * @param {RTCSessionDescriptionInit} [jsep]
   * @returns {Promise<JanusMessage>}
   */
  message(body, jsep) {
    return this.#request("message", { body, handle_id: this.#handle, ...(jsep ? { jsep } : {}) });
  }

  /**
   * Send a candidate, or null when there are no more.
   * @param {RTCIceCandidate | null} candidate
   */
  trickle(candidate) {
    this.#send("trickle", { candidate: candidate ?? { completed: true }, handle_id: this.#handle });
  }

  /** End the session. */
  close() {
    clearInterval(this.#timer);
    this.#socket.onclose = null;
    this.#socket.close();
  }

  /**
   * @param {string} kind
   * @param {object} members
   * @returns {string} the transaction
   */
  #send(kind, members) {
    const transaction = String(++this.#sent);
    const session = this.#session === 0 ? {} : { session_id: this.#session };
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ janus: kind, transaction, ...session, ...members }));
    }
    return transaction;
  }

  /**
   * @param {string} kind
   * @param {object} members
   * @returns {Promise<JanusMessage>}
   */
  async #request(kind, members) {
    const transaction = this.#send(kind, members);
    /** @type {JanusMessage} */
    const message = await new Promise((resolve) => this.#waiting.set(transaction, resolve));
    this.#waiting.delete(transaction);
    const failed = message.error?.reason ?? message.plugindata?.data.error;
    if (failed !== undefined) throw new Error(failed);
    return message;
  }
}
