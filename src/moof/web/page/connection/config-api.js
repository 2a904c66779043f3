// @ts-check
/** The settings in moof.toml, as the server's HTTP API reads and writes them. */

import { RequestError, requestJson } from "./request-json.js";

/**
 * `GET /api/config`; null is the default. It has further settings, which are sent back as they came.
 * @typedef {object} Config
 * @property {string | null} codec of new viewers
 * @property {number | null} ram MB
 * @property {string | null} size such as "640x480"
 * @property {number | null} depth bits per pixel
 * @property {number | null} audio_packet_ms length of a sound packet
 * @property {number | null} audio_bitrate of sound, kb/s
 * @property {string | null} [emulator] that is started; older servers do not send it
 */

/**
 * An emulator of the server's machine.
 * @typedef {object} InstalledEmulator
 * @property {string} name in moof.toml
 * @property {string} about a sentence
 * @property {string} missing what it lacks to be started, "" for nothing
 * @property {boolean} at_restart a choice takes effect when the Mac is started again, and not only when Moof is
 */

/**
 * `GET /api/emulator-choices`; without `follows_file` the command line has chosen one.
 * @typedef {object} EmulatorChoices
 * @property {boolean} follows_file
 * @property {InstalledEmulator[]} emulators
 */

/** The routes about settings. */
export class ConfigApi {
  /** @returns {Promise<Config>} */
  async config() {
    return /** @type {Config} */ (await requestJson("GET", "api/config"));
  }

  /**
   * Return the emulators that can be chosen.
   * @returns {Promise<EmulatorChoices | null>} null: an older server does not say
   */
  async emulators() {
    try {
      return /** @type {EmulatorChoices} */ (await requestJson("GET", "api/emulator-choices"));
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) return null;
      throw error;
    }
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
