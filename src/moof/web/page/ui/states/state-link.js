// @ts-check
/** The link of a state in the list of the tab "States": whoever opens it gets a Mac of their own from that state. */

import { t } from "../../language/text.js";
import { copyClicks } from "../controls/copy-button.js";
import { created } from "../controls/created-element.js";
import { describeReach } from "../people/new-link.js";

/** @import { ForkLink } from "../../connection/forks-api.js" */

/**
 * Return the element of a state's link.
 * @param {ForkLink} link
 * @returns {HTMLElement}
 */
export function stateLink(link) {
  const { baseURI } = document;
  const url = new URL("./", baseURI);
  url.searchParams.set("fork", link.token);
  const address = created("input", {
    className: "state-address", readOnly: true, value: url.href, ariaLabel: `${t("Link")}: ${link.state}`,
  });
  const copy = created("button", { type: "button", textContent: t("Copy") });
  copyClicks(copy, address);
  const row = created("div", { className: "panel-buttons link-row" });
  row.append(address, copy);
  const note = t("Whoever opens the link gets a Mac of their own that goes on from here.") + describeDisk(link) + describeReach(url);
  const running = link.running > 0 ? ` ${t("In use now: {n}.", { n: link.running })}` : "";
  const element = created("div", { className: "state-link" });
  element.append(row, created("p", { className: "facts", textContent: note + running }));
  return element;
}

/**
 * Return the sentence about what the disk of a link's Macs begins with, or "".
 * @param {ForkLink} link
 */
function describeDisk({ documents }) {
  switch (documents) {
    case "copied":
      return ` ${t("Its disk has a copy of the documents that this Mac had when the link was made.")}`;
    case "too-large":
      return ` ${t("Its disk begins without this Mac’s documents, which are more than a link may copy.")}`;
    case "none":
      return "";
  }
}
