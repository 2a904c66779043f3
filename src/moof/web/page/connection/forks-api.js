// @ts-check
/** The links that start Macs for visitors, over the server's HTTP API; for owners. */

import { requestJson } from "./request-json.js";

/**
 * A link.
 * @typedef {object} ForkLink
 * @property {string} id
 * @property {string} state its name
 * @property {string} token what the link's address ends with
 * @property {number} running how many Macs of it
 * @property {"none" | "copied" | "too-large"} documents whether their disks begin with a copy of this Mac's documents
 */

/**
 * `GET /api/forks`.
 * @typedef {object} ForkLinks
 * @property {number} most Macs that may run at a time; 0: the operator allows none
 * @property {ForkLink[]} links
 */

/** The routes about links. Methods throw RequestError with the server's sentence. */
export class ForksApi {
  /** @returns {Promise<ForkLinks>} */
  async list() {
    return /** @type {ForkLinks} */ (await requestJson("GET", "api/forks"));
  }

  /**
   * Make the link of a state.
   * @param {string} state
   */
  async add(state) {
    await requestJson("POST", "api/forks", { state });
  }

  /**
   * Withdraw a link.
   * @param {string} id
   */
  async remove(id) {
    await requestJson("DELETE", `api/forks/${encodeURIComponent(id)}`);
  }
}
