// @ts-check
/** Where panels stand: above the middle of their buttons, and inside of the window. */

import { elementById } from "./controls/elements.js";

/**
 * Keep a panel above its button, or above the menu "More" while the toolbar has no room for the button.
 * @param {string} name the button's id; that of the panel ends in "-panel"
 */
export function placeAbove(name) {
  const panel = elementById(`${name}-panel`, HTMLElement);
  const anchors = [name, "more"].map((id) => elementById(id, HTMLElement));
  const place = () => {
    if (!panel.matches(":popover-open")) return;
    const { left, width } = (anchors.find(({ offsetWidth }) => offsetWidth > 0) ?? document.documentElement).getBoundingClientRect();
    const half = panel.offsetWidth / 2 + 8;
    const middle = Math.max(half, Math.min(left + width / 2, window.innerWidth - half));
    panel.style.left = `${Math.round(middle)}px`;
  };
  panel.addEventListener("toggle", place);
  window.addEventListener("resize", place);
}
