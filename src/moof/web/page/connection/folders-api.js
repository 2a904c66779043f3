// @ts-check
/** Which folders the Mac has, over the server's HTTP API; for owners. */

import { requestJson } from "./request-json.js";

/** @typedef {"disks" | "roms" | "documents" | "states"} FolderName as in the paths of the API */

/** The route about folders. */
export class FoldersApi {
  /**
   * Return the folders that there are: a request for the files of another one is refused.
   * @returns {Promise<FolderName[]>}
   */
  async list() {
    return /** @type {FolderName[]} */ (await requestJson("GET", "api/folders"));
  }
}
