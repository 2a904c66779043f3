// @ts-check
/** Sends requests of a person to the server's HTTP API, and reads its refusals. */

/**
 * A sentence with its values: texts, or other such sentences.
 * @typedef {{sentence: string, values: Readonly<Record<string, string | {sentence: string, values: object}>>}} Said
 */

/** The server has refused a request; `message` is its sentence in English, `said` the same with its values. */
export class RequestError extends Error {
  /**
   * @param {string} message
   * @param {number} status of HTTP
   * @param {Said} [said]
   */
  constructor(message, status, said = { sentence: message, values: {} }) {
    super(message);
    this.status = status;
    this.said = said;
  }
}

/**
 * Return the error for an answer that refuses a request.
 * @param {unknown} answer a problem (RFC 9457), or what a proxy answers
 * @param {number} status of HTTP
 */
export function refusal(answer, status) {
  const { detail, sentence, values } = /** @type {{detail?: string} & Partial<Said>} */ (answer ?? {});
  return new RequestError(detail ?? `HTTP status ${status}`, status, sentence && values ? { sentence, values } : undefined);
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
  throw refusal(answer, response.status);
}
