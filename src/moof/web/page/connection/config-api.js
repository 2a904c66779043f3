// @ts-check
/** The settings in moof.toml, as the server's HTTP API reads and writes them. */

import { requestJson } from "./fetch-json.js";

/**
 * `GET /api/config`; null is the default. It has further settings, which are sent back as they came.
 * @typedef {object} Config
 * @property {string | null} codec of new viewers
 * @property {number | null} ram MB
 * @property {string | null} size such as "640x480"
 * @property {number | null} depth bits per pixel
 * @property {number | null} audio_packet_ms length of a sound packet
 * @property {number | null} audio_bitrate of sound, kb/s
 */

/** The routes about settings. */
export class ConfigApi {
  /** @returns {Promise<Config>} */
  async config() {
    return /** @type {Config} */ (await requestJson("GET", "api/config"));
  }

  /**
   * Write all settings.
   * @param {Config} config
   * @returns {Promise<Config>} what the file has now
   */
  async setConfig(config) {
    return /** @type {Config} */ (await requestJson("PUT", "api/config", config));
  }
}
