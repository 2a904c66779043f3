// @ts-check
/** Writes to this computer's clipboard. */

/**
 * Put a text on the clipboard, as far as the browser lets the page: most ask for a click or a key within the last
 * seconds. A page of another address than https or localhost has no `navigator.clipboard`.
 * @param {string} text
 * @returns {Promise<boolean>} it was written
 */
export async function writeClipboard(text) {
  const { clipboard } = /** @type {{ clipboard?: Clipboard }} */ (navigator);
  try {
    if (!clipboard) return copyByCommand(text);
    await clipboard.writeText(text);
    return true;
  } catch (error) {
    console.info("The clipboard was not written:", error);
    return copyByCommand(text);
  }
}

/**
 * Put a text on the clipboard as the browser's own command Copy does.
 * @param {string} text
 * @returns {boolean}
 */
function copyByCommand(text) {
  let written = false;
  /** @param {ClipboardEvent} event */
  const write = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
    written = event.clipboardData !== null;
  };
  window.addEventListener("copy", write, { capture: true });
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- all that there is without https
  const done = document.execCommand("copy");
  window.removeEventListener("copy", write, { capture: true });
  return done && written;
}
