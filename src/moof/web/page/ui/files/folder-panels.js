// @ts-check
/** Offers the panels of folders that not every Mac has: documents and states. */

import { NewestRequest } from "../../connection/newest-request.js";

/** @import { FolderName, FoldersApi } from "../../connection/folders-api.js" */
/** @import { Me } from "../../connection/people-api.js" */

/** The panels. */
export class FolderPanels {
  #api;
  #documents;
  #states;
  #newest = new NewestRequest();

  /**
   * @param {FoldersApi} api
   * @param {{allow: (allowed: boolean, hasDisk: boolean) => void}} documents see DocumentsPanel
   * @param {{allowed: boolean}} states see StatesPanel
   */
  constructor(api, documents, states) {
    this.#api = api;
    this.#documents = documents;
    this.#states = states;
  }

  /**
   * Offer those that there are, to who may use them. What is not there is not requested: browsers report each request that
   * is refused as an error.
   * @param {Pick<Me, "permissions">} me
   */
  async offer({ permissions }) {
    const allowed = permissions.includes("manage");
    const there = await this.#newest.answer(() => this.#folders(allowed));
    if (there === null) return; // there is a newer answer
    this.#documents.allow(allowed, there.includes("documents"));
    this.#states.allowed = there.includes("states");
  }

  /**
   * @param {boolean} allowed
   * @returns {Promise<FolderName[]>} none if the server does not answer
   */
  async #folders(allowed) {
    return allowed ? this.#api.list().catch(() => []) : [];
  }
}
