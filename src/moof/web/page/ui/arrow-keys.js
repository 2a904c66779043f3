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
 * Let the arrow keys move the focus along a toolbar. The slider keeps its arrow keys and is reached by Tab alone; a
 * select keeps up and down.
 * @param {HTMLElement} toolbar
 */
export function focusAlongToolbar(toolbar) {
  toolbar.addEventListener("keydown", (event) => {
    const controls = /** @type {HTMLElement[]} */ ([...toolbar.querySelectorAll("button, select:enabled")]);
    moveFocus(event, controls.filter((control) => control.offsetParent !== null), { ArrowLeft: -1, ArrowRight: 1 });
  });
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
