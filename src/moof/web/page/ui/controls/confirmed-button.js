// @ts-check
/** Buttons that ask before they act, in their own place: the second click answers. */

/**
 * @typedef {object} Confirmation
 * @property {string} text
 * @property {string} question shown in place of the text after the first click
 * @property {string} [name] what it is about, for screen readers
 * @property {() => boolean} [needed] something may be lost; otherwise the first click acts
 * @property {() => void} act
 */

/**
 * Let a button ask before it acts.
 * @param {HTMLButtonElement} button
 * @param {Confirmation} confirmation
 * @returns {() => void} ask no longer: what the question was about has been left
 */
export function confirmClicks(button, { text, question, name, needed = () => true, act }) {
  const ask = (/** @type {boolean} */ asking) => {
    button.classList.toggle("asking", asking);
    button.textContent = asking ? question : text;
    const asked = asking ? `. ${question}` : "";
    if (name) button.setAttribute("aria-label", `${text}: ${name}${asked}`);
  };
  ask(false);
  button.addEventListener("click", () => {
    const asked = button.classList.contains("asking");
    ask(!asked && needed());
    if (!button.classList.contains("asking")) act();
  });
  const forget = () => {
    if (button.classList.contains("asking")) ask(false);
  };
  button.addEventListener("blur", forget);
  return forget;
}
