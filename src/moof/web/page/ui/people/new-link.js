// @ts-check
/** The part of the panel "People" that makes a token, and shows its link once. */

import { t, translated } from "../../language/text.js";
import { copyClicks } from "../controls/copy-button.js";
import { elementById } from "../controls/elements.js";
import { QrCode } from "./qr-code.js";

/** @import { NewToken, Role } from "../../connection/people-api.js" */

/** How many sign-ins a link can be made for; 0: any number. */
const USES = [0, 1, 5, 30];
const LOOPBACK = /^(localhost$|127\.|\[::1\]$)/;

/**
 * @typedef {object} WantedToken
 * @property {Role} role
 * @property {string} name
 * @property {number | null} expires seconds from now, null: never
 * @property {number | null} uses how many sign-ins it is good for, null: any number
 */

/** The form, and the link of the newest token: the server keeps no token, so it cannot be shown again. */
export class NewLink {
  #make;
  #form = elementById("new-token", HTMLFormElement);
  #name = elementById("token-name", HTMLInputElement);
  #role = elementById("token-role", HTMLSelectElement);
  #expires = elementById("token-expires", HTMLSelectElement);
  #uses = document.createElement("select");
  #code;
  #link = elementById("new-link", HTMLElement);
  #address = elementById("new-link-address", HTMLInputElement);
  #copy = elementById("new-link-copy", HTMLButtonElement);
  #note = elementById("new-link-note", HTMLElement);
  /** Id of the token whose link is shown. */
  #shown = "";
  #isMaking = false;

  /**
   * @param {(wanted: WantedToken) => Promise<NewToken | null>} make null: it failed, and the person was told
   * @param {(text: string) => Promise<string>} qrCode return a text as a QR code, an SVG document
   */
  constructor(make, qrCode) {
    this.#make = make;
    this.#code = new QrCode(qrCode);
    this.#link.append(this.#code.element);
    this.#uses.id = "token-uses";
    this.#uses.setAttribute("aria-label", t("Number of uses"));
    this.#uses.append(...USES.map((uses) => new Option(describeUses(uses), String(uses || ""))));
    this.#expires.after(this.#uses);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    copyClicks(this.#copy, this.#address);
  }

  /**
   * Hide the link if it is that of a token that no longer is.
   * @param {readonly string[]} ids of the tokens that are
   */
  keep(ids) {
    if (ids.includes(this.#shown)) return;
    this.#link.hidden = true;
    void this.#code.show("");
  }

  /** Make one token, however often the button is pressed until its link is there. */
  async #submit() {
    if (this.#isMaking) return;
    this.#isMaking = true;
    await this.#makeLink();
    this.#isMaking = false;
  }

  async #makeLink() {
    const role = /** @type {Role} */ (this.#role.value);
    const expires = this.#expires.value === "" ? null : Number(this.#expires.value);
    const name = this.#name.value.trim();
    const uses = Number(this.#uses.value) || null;
    const made = await this.#make({ role, name, expires, uses });
    if (!made) return;
    const url = new URL("./", document.baseURI);
    url.searchParams.set("token", made.token);
    this.#shown = made.id;
    this.#address.value = url.href;
    const values = { name, role: translated(role) };
    const reach = describeReach(url);
    void this.#code.show(reach ? "" : url.href); // a telephone could not open it
    this.#note.textContent = t("Shown only once. Who opens it is signed in as “{name}”, {role}.", values) + reach;
    this.#link.hidden = false;
    this.#name.value = "";
    this.#copy.focus();
  }
}

/**
 * Return for how many sign-ins a link is.
 * @param {number} uses 0: any number
 * @returns {string}
 */
function describeUses(uses) {
  if (uses === 0) return t("unlimited");
  return uses === 1 ? t("once") : t("{n} times", { n: uses });
}

/**
 * Return a sentence about a link that other computers cannot open.
 * @param {URL} url
 * @returns {string} "" if they may
 */
export function describeReach(url) {
  return LOOPBACK.test(url.hostname) ? ` ${t("It works on this computer alone: others need its name or address in the link.")}` : "";
}
