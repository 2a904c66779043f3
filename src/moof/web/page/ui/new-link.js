// @ts-check
/** The part of the panel "People" that makes a token, and shows its link once. */

import { t, translated } from "../language/text.js";
import { elementById } from "./elements.js";

/** @import { NewToken, Role } from "../connection/people-api.js" */

const COPIED_DURATION = 2_000;
const LOOPBACK = /^(localhost$|127\.|\[::1\]$)/;

/**
 * @typedef {object} WantedToken
 * @property {Role} role
 * @property {string} name
 * @property {number | null} expires seconds from now, null: never
 */

/** The form, and the link of the newest token: the server keeps no token, so it cannot be shown again. */
export class NewLink {
  #make;
  #form = elementById("new-token", HTMLFormElement);
  #name = elementById("token-name", HTMLInputElement);
  #role = elementById("token-role", HTMLSelectElement);
  #expires = elementById("token-expires", HTMLSelectElement);
  #link = elementById("new-link", HTMLElement);
  #address = elementById("new-link-address", HTMLInputElement);
  #copy = elementById("new-link-copy", HTMLButtonElement);
  #note = elementById("new-link-note", HTMLElement);
  /** Id of the token whose link is shown. */
  #shown = "";

  /** @param {(wanted: WantedToken) => Promise<NewToken | null>} make null: it failed, and the person was told */
  constructor(make) {
    this.#make = make;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#copy.addEventListener("click", () => void this.#copyLink());
    this.#address.addEventListener("focus", () => this.#address.select());
  }

  /**
   * Hide the link if it is that of a token that no longer is.
   * @param {readonly string[]} ids of the tokens that are
   */
  keep(ids) {
    if (!ids.includes(this.#shown)) this.#link.hidden = true;
  }

  async #submit() {
    const role = /** @type {Role} */ (this.#role.value);
    const expires = this.#expires.value === "" ? null : Number(this.#expires.value);
    const name = this.#name.value.trim();
    const made = await this.#make({ role, name, expires });
    if (!made) return;
    const url = new URL("./", document.baseURI);
    url.searchParams.set("token", made.token);
    this.#shown = made.id;
    this.#address.value = url.href;
    const values = { name, role: translated(role) };
    this.#note.textContent = t("Shown only once. Who opens it is signed in as “{name}”, {role}.", values) + describeReach(url);
    this.#link.hidden = false;
    this.#name.value = "";
    this.#copy.focus();
  }

  /** The clipboard is for pages from https or localhost alone; otherwise the person copies what is selected. */
  async #copyLink() {
    this.#address.select();
    try {
      await navigator.clipboard.writeText(this.#address.value);
      this.#copy.textContent = t("Copied");
    } catch {
      this.#address.focus();
      this.#copy.textContent = t("Press Ctrl C");
    }
    setTimeout(() => { this.#copy.textContent = t("Copy"); }, COPIED_DURATION);
  }
}

/**
 * Return a sentence about a link that other computers cannot open.
 * @param {URL} url
 * @returns {string} "" if they may
 */
export function describeReach(url) {
  return LOOPBACK.test(url.hostname) ? ` ${t("It works on this computer alone: others need its name or address in the link.")}` : "";
}
