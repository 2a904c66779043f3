// @ts-check
/** Who uses the Mac, as the server's HTTP API tells it: this page's person, login sessions and tokens. */

import { requestJson } from "./request-json.js";

/** @import { FloorMode } from "./signaling-messages.js" */

/** @typedef {"owner" | "player" | "viewer"} Role */

/**
 * `GET /api/me`.
 * @typedef {object} Me
 * @property {Role} role
 * @property {string} name
 * @property {boolean} login there is a login session, which can be signed out
 * @property {string[]} permissions names of what the role allows, such as "power"
 * @property {string[]} [embedders] origins whose pages may control this one in a frame; a server of an earlier version has none
 */

/**
 * One of `GET /api/sessions`. Times are in seconds since 1970.
 * @typedef {object} LoginSession
 * @property {string} id
 * @property {Role} role
 * @property {string} name
 * @property {string} address
 * @property {number} last_seen
 * @property {boolean} connected a page of it watches now
 * @property {boolean} current it is this page's
 */

/**
 * One of `GET /api/tokens`.
 * @typedef {object} NamedToken
 * @property {string} id
 * @property {Role} role
 * @property {string} name
 * @property {number | null} expires seconds since 1970, null: never
 * @property {number | null} [uses] how many sign-ins it is good for, null: any number; a server of an earlier version counts none
 * @property {number} [used] how many of those it has made
 */

/**
 * The answer to `POST /api/tokens`.
 * @typedef {object} NewToken
 * @property {string} id
 * @property {string} token the secret, which the server does not keep
 */

/** The routes about people. */
export class PeopleApi {
  /** @returns {Promise<Me>} */
  async me() {
    return /** @type {Me} */ (await requestJson("GET", "api/me"));
  }

  /** @returns {Promise<LoginSession[]>} */
  async sessions() {
    return /** @type {LoginSession[]} */ (await requestJson("GET", "api/sessions"));
  }

  /** @returns {Promise<NamedToken[]>} */
  async tokens() {
    return /** @type {NamedToken[]} */ (await requestJson("GET", "api/tokens"));
  }

  /**
   * End a login session: its pages are disconnected.
   * @param {string} id
   */
  async endSession(id) {
    await requestJson("DELETE", `api/sessions/${encodeURIComponent(id)}`);
  }

  /**
   * Make a token.
   * @param {{role: Role, name: string, expires: number | null, uses: number | null}} wanted `expires` in seconds from now
   * @returns {Promise<NewToken>}
   */
  async addToken(wanted) {
    return /** @type {NewToken} */ (await requestJson("POST", "api/tokens", wanted));
  }

  /**
   * Return a text as a QR code: an SVG document.
   * @param {string} text
   * @returns {Promise<string>}
   */
  async qrCode(text) {
    return /** @type {{svg: string}} */ (await requestJson("POST", "qr-code", { text })).svg;
  }

  /**
   * Withdraw a token: the login sessions made from it end.
   * @param {string} id
   */
  async removeToken(id) {
    await requestJson("DELETE", `api/tokens/${encodeURIComponent(id)}`);
  }

  /**
   * Change how mouse and keyboard are passed on.
   * @param {{mode: FloorMode, minutes: number}} rules
   */
  async setFloor(rules) {
    await requestJson("PUT", "api/floor", rules);
  }

  /** End this page's login session. */
  async signOut() {
    await requestJson("POST", "sign-out");
  }
}
