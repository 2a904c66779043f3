// @ts-check
// Runs inside the measured page: returns width, height and the RGBA bytes, as base64, of the displayed picture.
() => {
  const picture = window.rival.picture;
  if (!picture) throw new Error("No picture.");
  const [width, height] = picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  const copy = new OffscreenCanvas(width, height).getContext("2d");
  if (!copy) throw new Error("No canvas.");
  copy.drawImage(picture, 0, 0);
  const bytes = copy.getImageData(0, 0, width, height).data;
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return [width, height, btoa(text)];
}
