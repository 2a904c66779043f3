// Runs inside the page: watches one pixel of the displayed picture, at [x, y] in Mac pixels, and records in `pixelFlips`
// how many ms after the last press of the mouse it was displayed to change from dark to light or back.
([x, y]) => {
  const spot = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const flips = (window.pixelFlips = []);
  let pressed = 0, light = null;
  addEventListener("pointerdown", (event) => { pressed = event.timeStamp; }, true);
  const video = document.getElementById("display");
  const canvas = document.getElementById("display-canvas");
  const onAnimationFrame = () => {
    const picture = getComputedStyle(canvas).display === "none" ? video : canvas;
    spot.drawImage(picture, x, y, 1, 1, 0, 0, 1, 1);
    const now = spot.getImageData(0, 0, 1, 1).data[1] > 127;
    if (light !== null && now !== light) flips.push(performance.now() - pressed);
    light = now;
    requestAnimationFrame(onAnimationFrame);
  };
  requestAnimationFrame(onAnimationFrame);
}
