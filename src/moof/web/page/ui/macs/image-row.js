// @ts-check
/** A row of the list of disk images (images-list.js): what an image is, what the Mac has it as, and what can be done with it. */

import { said } from "../../language/said.js";
import { t } from "../../language/text.js";
import { created } from "../controls/created-element.js";
import { confirmed, plain } from "./mac-row.js";
import { describeSize } from "../files/saved-file.js";

/** @import { ImageElsewhere, ImageEntry, ImageUse } from "../../connection/images-api.js" */

/** @typedef {{ image: ImageEntry, takes: ImageUse[], locks: boolean }} ListedImage with what images the present Mac can get */

/**
 * @typedef {object} ImageActions
 * @property {(name: string, use: ImageUse | null, readOnly: boolean) => Promise<boolean>} attach null: detach it; returns
 *   whether it was done
 * @property {(name: string) => string} address of the image's file
 * @property {(name: string) => void} remove
 */

const LOCKED = "disk, read-only";

/** What an image can be attached as, by the values of the list. */
const CHOICES = /** @type {const} */ ([
  ["", t("Not attached"), null, false],
  ["disk", t("Disk"), "disk", false],
  [LOCKED, t("Disk, read-only"), "disk", true],
  ["cd", t("CD"), "cd", true],
]);

/**
 * Return the row.
 * @param {ListedImage} listed
 * @param {ImageActions} actions
 * @returns {HTMLElement}
 */
export function createImageRow(listed, actions) {
  const { image } = listed;
  const { name, size, attached, missing } = image;
  const download = plain(t("Download"), name, () => created("a", { href: actions.address(name), download: "" }).click());
  const remove = confirmed(t("Remove"), t("Really?"), name, () => actions.remove(name));
  download.disabled = missing ?? false;
  remove.disabled = attached !== null;
  remove.title = remove.disabled ? t("Not while it is attached") : "";
  const buttons = created("div", { className: "panel-buttons" });
  buttons.append(...attachmentList(listed, actions), download, remove);
  return row(name, missing ? said(image) : `${said(image)} · ${describeSize(size)}`, buttons);
}

/**
 * Return the row of an image that the Mac's settings name in another folder: it is changed there alone.
 * @param {ImageElsewhere} image
 * @returns {HTMLElement}
 */
export function createElsewhereRow({ path, attached, read_only: readOnly }) {
  const value = valueOf(attached, readOnly);
  const use = CHOICES.find(([each]) => each === value)?.[1] ?? "";
  const item = row(path.split("/").at(-1) ?? path, `${use} · ${t("named by the Mac’s own settings")}`);
  item.title = path;
  return item;
}

/**
 * @param {string} name
 * @param {string} facts
 * @param {HTMLElement[]} more
 */
function row(name, facts, ...more) {
  const texts = document.createElement("div");
  texts.append(created("strong", { textContent: name }), created("span", { className: "facts", textContent: facts }), ...more);
  const item = document.createElement("li");
  item.append(texts);
  return item;
}

/**
 * Return the list of what the image can be attached as; none for a file that no Mac takes.
 * @param {ListedImage} listed
 * @param {ImageActions} actions
 * @returns {HTMLSelectElement[]}
 */
function attachmentList({ image, takes, locks }, { attach }) {
  const { name, uses, attached, read_only: readOnly } = image;
  const present = valueOf(attached, readOnly);
  const possible = CHOICES.filter(([value, , use]) =>
    value === present || use === null || (uses.includes(use) && takes.includes(use) && (locks || value !== LOCKED)));
  if (possible.length < 2) return [];
  const list = created("select", { ariaLabel: t("Attached as: {name}", { name }), autocomplete: "off" });
  list.append(...possible.map(([value, text]) => new Option(text, value)));
  list.value = present;
  list.addEventListener("change", () => {
    const [, , use, locked] = possible.find(([value]) => value === list.value) ?? CHOICES[0];
    void attach(name, use, locked).then((done) => { if (!done) list.value = present; });
  });
  return [list];
}

/**
 * @param {ImageUse | null} attached
 * @param {boolean} readOnly
 */
function valueOf(attached, readOnly) {
  if (attached === null) return "";
  return attached === "disk" && readOnly ? LOCKED : attached;
}
