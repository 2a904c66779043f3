// @ts-check
/** Text that comes by paste or drop, and which key combinations paste. */

/** Elements that take text themselves. */
const FIELDS = ".panel, #toolbar, #notice";

/**
 * Return whether a key press pastes this computer's clipboard. Elsewhere than on a Mac that is Ctrl+V, which means
 * nothing to a Mac. On a Mac ⌘V is the guest's own as well: ⇧⌘V is always this computer's, ⌘V if `chosen` says so.
 * @param {KeyboardEvent} event
 * @param {boolean} apple the browser runs on macOS or iPadOS
 * @param {boolean} chosen Ctrl+V, or ⌘V, is this computer's
 * @returns {boolean}
 */
export function isPaste({ key, code, ctrlKey, metaKey, altKey, shiftKey }, apple, chosen) {
  const isV = /^[a-z]$/i.test(key) ? key.toLowerCase() === "v" : code === "KeyV";
  if (!isV || altKey) return false;
  return apple ? metaKey && !ctrlKey && (chosen || shiftKey) : ctrlKey && !metaKey && chosen;
}

/**
 * Pass text on that is pasted, or dropped onto the Mac's screen.
 * @param {HTMLElement} viewport
 * @param {(text: string) => void} take
 */
export function listenForText(viewport, take) {
  window.addEventListener("paste", (event) => {
    if (isInField(event.target)) return;
    event.preventDefault();
    const text = event.clipboardData?.getData("text/plain");
    if (text) take(text);
  });
  viewport.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("text/plain")) event.preventDefault();
  });
  viewport.addEventListener("drop", (event) => {
    event.preventDefault(); // or the browser would insert it, or open it
    const text = event.dataTransfer?.getData("text/plain");
    if (text) take(text);
  });
}

/** @param {EventTarget | null} target */
function isInField(target) {
  return target instanceof Element && target.closest(FIELDS) !== null;
}
