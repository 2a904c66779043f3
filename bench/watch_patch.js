// Runs inside the page under test: watches one pixel of the displayed picture, at [x, y] in Mac pixels, and keeps in
// `patchFlips` how many ms after the last press of the mouse it was seen to turn from dark to light or back.
([x, y]) => {
  const spot = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const flips = (window.patchFlips = []);
  let pressed = 0, light = null;
  addEventListener("pointerdown", (event) => { pressed = event.timeStamp; }, true);
  const video = document.getElementById("display");
  const canvas = document.getElementById("display-canvas");
  const look = () => {
    const picture = getComputedStyle(canvas).display === "none" ? video : canvas;
    spot.drawImage(picture, x, y, 1, 1, 0, 0, 1, 1);
    const now = spot.getImageData(0, 0, 1, 1).data[1] > 127;
    if (light !== null && now !== light) flips.push(performance.now() - pressed);
    light = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
