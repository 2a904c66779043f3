// @ts-check
/** The question for a disk or a CD of a new Mac: an image that the server has, or one that is uploaded. */

import { t } from "../../language/text.js";
import { created } from "../controls/created-element.js";
import { FileButton } from "../controls/file-button.js";

/** @import { NewMacWork } from "./rom-question.js" */

/**
 * Return the elements in which an image is chosen.
 * @param {NewMacWork} work
 * @param {{label: string, none: string, chosen: string}} texts a name for screen readers, what stands for no image, and the image
 * @param {(name: string) => void} choose is called with the name of an image, "" for none
 * @returns {HTMLElement}
 */
export function createImageChoice(work, { label, none, chosen }, choose) {
  const list = created("select", { ariaLabel: label, autocomplete: "off" });
  const show = (/** @type {string[]} */ names, /** @type {string} */ name) => {
    list.replaceChildren(new Option(none, ""), ...names.map((each) => new Option(each, each)));
    list.value = name;
  };
  show(chosen === "" ? [] : [chosen], chosen);
  void work.files("disks").then((names) => show(names, list.value));
  list.addEventListener("change", () => choose(list.value));
  const button = new FileButton(t("Upload a file…"), (file) => {
    void work.run(async () => {
      const name = await work.upload("disks", file);
      show(await work.files("disks"), name);
      choose(name);
    });
  });
  const element = document.createElement("div");
  element.append(list, button.element);
  return element;
}
