// @ts-check
/** Arrow keys that move the focus among controls (WAI-ARIA Authoring Practices: toolbar, grid). */

/**
 * Let the arrow keys move the focus among the controls of an element, and Tab reach only the one that had it last.
 * @param {HTMLElement} element
 * @param {number} columns
 */
export function focusByArrows(element, columns) {
  const controls = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll("button")]);
  for (const [index, control] of controls().entries()) control.tabIndex = index === 0 ? 0 : -1;
  element.addEventListener("focusin", ({ target }) => {
    for (const control of controls()) control.tabIndex = control === target ? 0 : -1;
  });
  element.addEventListener("keydown", (event) => {
    moveFocus(event, controls(), { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns });
  });
}

/**
 * Let the arrow keys move the focus along a toolbar, and Tab reach only the button that had it last. The slider keeps
 * its arrow keys, so Tab alone reaches it.
 * @param {HTMLElement} toolbar
 */
export function focusAlongToolbar(toolbar) {
  const makeStop = (/** @type {unknown} */ stop) => {
    for (const button of toolbar.querySelectorAll("button")) button.tabIndex = button === stop ? 0 : -1;
  };
  makeStop(toolbarButtons(toolbar)[0]);
  toolbar.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLButtonElement) makeStop(target);
  });
  toolbar.addEventListener("keydown", (event) => {
    const buttons = toolbarButtons(toolbar);
    const index = buttons.findIndex((button) => button === event.target);
    moveFocus(event, buttons, { ArrowLeft: -1, ArrowRight: 1, Home: -index, End: buttons.length - 1 - index });
  });
}

/**
 * Move the focus to the button of a toolbar that had it last, or to the first one.
 * @param {HTMLElement} toolbar
 */
export function focusToolbar(toolbar) {
  const buttons = toolbarButtons(toolbar);
  (buttons.find(({ tabIndex }) => tabIndex === 0) ?? buttons[0])?.focus();
}

/** @param {HTMLElement} toolbar */
function toolbarButtons(toolbar) {
  return [...toolbar.querySelectorAll("button")].filter(({ offsetParent }) => offsetParent !== null);
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} controls
 * @param {Record<string, number>} steps by KeyboardEvent.key
 */
function moveFocus(event, controls, steps) {
  const step = steps[event.key];
  const index = controls.findIndex((control) => control === event.target);
  if (step === undefined || index < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  controls[index + step]?.focus();
}
