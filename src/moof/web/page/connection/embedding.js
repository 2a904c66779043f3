// @ts-check
/**
 * Control by a page that shows this one in a frame: messages of `window.postMessage` (docs/embedding.md). Only
 * pages of origins that the server names (--embed-origin) are listened to, and answered.
 */

/** @import { SessionState } from "./session-state.js" */
/** @import { PowerCommand } from "./signaling-messages.js" */

/** The version of the messages; it grows when an old embedding page would no longer understand them. */
const VERSION = 1;
/** @type {readonly PowerCommand[]} */
const COMMANDS = ["reset", "pause", "resume", "restart"];

/**
 * @typedef {object} EmbeddingActions What the embedding page may cause, within the role of this page's person.
 * @property {() => void} focus give the Mac the keyboard
 * @property {(text: string) => void} text type a text
 * @property {(command: PowerCommand) => void} power
 * @property {(codec: string) => void} codec
 * @property {() => Promise<Blob>} picture take a screenshot
 */

/**
 * What the embedding page is told when it changes.
 * @typedef {object} EmbeddedState
 * @property {string} phase of the connection, such as "connected" (RTCPeerConnectionState)
 * @property {boolean} picture there is one
 * @property {number} width of the Mac's screen in its pixels, 0 if it is not known
 * @property {number} height
 * @property {boolean} viewOnly
 */

/** The frame's end of the messages. */
export class Embedding {
  #parent;
  #actions;
  /** @type {ReadonlySet<string>} */ #origins = new Set();
  /**
   * The origin that has said hello.
   * @type {string | null}
   */
  #partner = null;
  /** @type {EmbeddedState | null} */ #state = null;
  #told = "";

  /**
   * @param {Window} frame this page's window
   * @param {EmbeddingActions} actions
   */
  constructor(frame, actions) {
    this.#parent = frame.parent;
    this.#actions = actions;
    if (this.#parent !== frame) frame.addEventListener("message", (event) => this.#receive(event));
  }

  /**
   * Listen to pages of these origins from now on, and tell them so.
   * @param {readonly string[]} origins
   */
  allow(origins) {
    this.#origins = new Set(origins);
    for (const origin of origins) this.#parent.postMessage({ moof: "ready", version: VERSION }, origin);
  }

  /**
   * Tell the embedding page about a new state, if it has said hello.
   * @param {Readonly<SessionState>} session
   */
  show({ peer, hasFrame, emulator, viewOnly }) {
    this.#state = {
      phase: peer, picture: hasFrame, width: emulator?.width ?? 0, height: emulator?.height ?? 0, viewOnly,
    };
    this.#tellState();
  }

  #tellState() {
    const text = JSON.stringify(this.#state);
    if (this.#partner === null || text === this.#told) return;
    this.#told = text;
    this.#tell({ moof: "state", ...this.#state });
  }

  /** @param {object} message */
  #tell(message) {
    if (this.#partner !== null) this.#parent.postMessage(message, this.#partner);
  }

  /** @param {MessageEvent<unknown>} event */
  #receive(event) {
    if (event.source !== this.#parent || !this.#origins.has(event.origin)) return;
    const message = /** @type {Record<string, unknown>} */ (event.data instanceof Object ? event.data : {});
    if (typeof message.moof !== "string") return;
    this.#partner = event.origin;
    void this.#act(message.moof, message);
  }

  /**
   * @param {string} kind
   * @param {Record<string, unknown>} message
   */
  async #act(kind, message) {
    const { text, codec, id } = message;
    const command = COMMANDS.find((each) => each === message.command);
    if (kind === "hello") this.#answerHello();
    else if (kind === "focus") this.#actions.focus();
    else if (kind === "text" && typeof text === "string") this.#actions.text(text);
    else if (kind === "power" && command) this.#actions.power(command);
    else if (kind === "codec" && typeof codec === "string") this.#actions.codec(codec);
    else if (kind === "picture") await this.#sendPicture(id);
    else this.#tell({ moof: "refused", reason: `There is no message “${kind}” with these fields.`, id });
  }

  #answerHello() {
    this.#told = "";
    if (this.#state) this.#tellState();
  }

  /** @param {unknown} id what the request was marked with */
  async #sendPicture(id) {
    try {
      this.#tell({ moof: "picture", picture: await this.#actions.picture(), id });
    } catch (error) {
      this.#tell({ moof: "refused", reason: error instanceof Error ? error.message : String(error), id });
    }
  }
}
