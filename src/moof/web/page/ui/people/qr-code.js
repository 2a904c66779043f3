// @ts-check
/** A link as a QR code, for the camera of a telephone. The server makes it (`POST /qr-code`). */

import { t } from "../../language/text.js";

/** The code; hidden until there is one. */
export class QrCode {
  #figure = document.createElement("figure");
  #request;
  /** Text of the code that is wanted. */
  #text = "";

  /** @param {(text: string) => Promise<string>} request return an SVG document */
  constructor(request) {
    this.#request = request;
    this.#figure.className = "qr-code";
    this.#figure.hidden = true;
    this.#figure.setAttribute("role", "img");
    this.#figure.setAttribute("aria-label", t("The link as a QR code, for the camera of a telephone"));
  }

  /** The element. */
  get element() {
    return this.#figure;
  }

  /**
   * Show a text as a code. A server that makes none (one of an earlier version) leaves it hidden.
   * @param {string} text "" shows none
   */
  async show(text) {
    this.#text = text;
    this.#figure.hidden = true;
    if (!text) return;
    try {
      const svg = await this.#request(text);
      if (text !== this.#text) return; // meanwhile another one is wanted
      const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
      this.#figure.replaceChildren(document.importNode(parsed, true));
      this.#figure.hidden = false;
      this.#figure.scrollIntoView({ block: "nearest" });
    } catch {
      // the link beside it says the same
    }
  }
}
