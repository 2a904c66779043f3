// @ts-check
/** Reads JSON from the server's HTTP API, and sends it there. */

/** The server has refused a request; `message` is its sentence. */
export class RequestError extends Error {
  /**
   * @param {string} message
   * @param {number} status of HTTP
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * Return the body of a GET request. Throws if the server answers with an error, or with something else than JSON.
 * @param {string} url
 * @returns {Promise<unknown>}
 */
export async function fetchJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: HTTP status ${response.status}`);
  /** @type {unknown} */
  const body = await response.json();
  return body;
}

/**
 * Send a request for a person, and return the answer's body. Throws RequestError with the server's sentence, or another
 * error if there is no answer.
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} url
 * @param {object} [body]
 * @returns {Promise<unknown>} null for an answer without a body
 */
export async function requestJson(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { "accept": "application/json", "content-type": "application/json" },
    body: method === "POST" || method === "PUT" ? JSON.stringify(body ?? {}) : null,
  });
  const text = await response.text();
  /** @type {unknown} */
  const answer = text === "" ? null : JSON.parse(text);
  if (response.ok) return answer;
  const { detail } = /** @type {{detail?: string}} */ (answer ?? {});
  throw new RequestError(detail ?? `HTTP status ${response.status}`, response.status);
}
