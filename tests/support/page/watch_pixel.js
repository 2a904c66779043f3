// @ts-check
/**
 * Runs inside the page: watches one pixel of the displayed picture, and records in `pixelFlips` how many ms after the
 * last press of the mouse it was displayed to change from dark to light or back.
 * @param {[number, number]} position Mac pixels
 */
([x, y]) => {
  const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const video = document.getElementById("display");
  const canvas = document.getElementById("display-canvas");
  if (!pixel || !(video instanceof HTMLVideoElement) || !(canvas instanceof HTMLCanvasElement)) throw new Error("No picture.");
  /** @type {number[]} */
  const flips = (window.pixelFlips = []);
  let pressed = 0;
  /** @type {boolean | null} */
  let light = null;
  addEventListener("pointerdown", (event) => (pressed = event.timeStamp), true);
  const onAnimationFrame = () => {
    const picture = getComputedStyle(canvas).display === "none" ? video : canvas;
    pixel.drawImage(picture, x, y, 1, 1, 0, 0, 1, 1);
    const now = (pixel.getImageData(0, 0, 1, 1).data[1] ?? 0) > 127;
    if (light !== null && now !== light) flips.push(performance.now() - pressed);
    light = now;
    requestAnimationFrame(onAnimationFrame);
  };
  requestAnimationFrame(onAnimationFrame);
}
