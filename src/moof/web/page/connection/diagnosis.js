// @ts-check
/**
 * Finds out why the signaling WebSocket does not open while the page itself was loaded: most often a reverse proxy
 * does not pass it on. Browsers do not show scripts how a WebSocket was refused, so the same address is requested
 * by HTTP, and the server's answer says what arrived.
 */

import { t, translated } from "../language/text.js";

/** @import { SignalingState } from "./signaling.js" */

/**
 * @typedef {object} Diagnosis
 * @property {string} title
 * @property {string} detail what to change
 * @property {boolean} [signedOut] the server knows no login session of this page's
 */

/** Failed attempts in a row before the diagnosis: a server that restarts refuses one. */
const MIN_FAILURES = 2;
/** Without an answer within this time, ms, nothing is known. */
const ANSWER_TIMEOUT = 5_000;

const PROXY_SETTINGS =
  "nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\"; "
  + "Apache: ProxyPass with upgrade=websocket. Caddy passes them on by itself.";

/** Diagnoses each failed attempt from the second one in a row. */
export class SignalingDiagnosis {
  #url;
  #onResult;
  #failures = 0;
  /** @type {SignalingState} */ #state = "idle";

  /**
   * @param {URL} url of the signaling WebSocket
   * @param {(diagnosis: Diagnosis | null) => void} onResult null: nothing is known
   */
  constructor(url, onResult) {
    this.#url = url;
    this.#onResult = onResult;
  }

  /**
   * Note the state of the signaling WebSocket at each change.
   * @param {SignalingState} state
   */
  observe(state) {
    const failed = state === "waiting" && this.#state === "connecting";
    this.#state = state;
    if (state === "open" || state === "idle") {
      if (this.#failures) this.#onResult(null);
      this.#failures = 0;
    }
    if (!failed) return;
    this.#failures += 1;
    if (this.#failures >= MIN_FAILURES) void this.#diagnose();
  }

  async #diagnose() {
    const diagnosis = await diagnose(this.#url, location);
    if (this.#failures) this.#onResult(diagnosis);
  }
}

/**
 * Request the WebSocket's address by HTTP, and return what the answer means.
 * @param {URL} signalingUrl
 * @param {{origin: string, host: string}} page
 * @returns {Promise<Diagnosis | null>} null if there is no answer: the server cannot be reached, which is a reason in itself
 */
export async function diagnose(signalingUrl, page) {
  const url = new URL(signalingUrl);
  url.protocol = url.protocol.replace("ws", "http");
  url.search = new URLSearchParams({ origin: page.origin }).toString();
  try {
    const response = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
    return explain(response.status, await serverDetail(response), page.host);
  } catch {
    return null;
  }
}

/**
 * Return the sentence in a problem of Moof's server (RFC 9457).
 * @param {Response} response
 * @returns {Promise<string | null>} null: the answer is a proxy's own
 */
async function serverDetail(response) {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return null;
  /** @type {unknown} */
  const problem = await response.json();
  const { detail } = /** @type {{detail?: unknown}} */ (problem);
  return typeof detail === "string" ? detail : null;
}

/**
 * Return what an answer means.
 * @param {number} status of HTTP
 * @param {string | null} detail the server's sentence; null: the answer is a proxy's own
 * @param {string} host the page's
 * @returns {Diagnosis | null}
 */
function explain(status, detail, host) {
  if (detail === null) {
    const values = { host, status: String(status) };
    if (status >= 500) {
      return { title: t("The server does not answer"), detail: t("The proxy {host} answers HTTP status {status}.", values) };
    }
    return {
      title: t("The proxy in front of this server does not pass /signaling on"),
      detail: t("{host} itself answers it with HTTP status {status}. It must pass everything below the page’s address on.", values),
    };
  }
  if (status === 426) {
    return {
      title: t("The proxy in front of this server does not pass WebSockets on"),
      detail: `${t("The page arrives from {host}, its WebSocket does not reach the server.", { host })} ${PROXY_SETTINGS}`,
    };
  }
  if (status === 401) return { title: t("You are signed out"), detail: translated(detail), signedOut: true };
  return { title: t("The server refuses this page’s WebSocket"), detail: translated(detail) };
}
