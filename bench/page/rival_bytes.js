// @ts-check
// Runs inside the measured page: returns the bytes that it has received over WebRTC (see watch_rival.js).
async () => {
  let bytes = 0;
  for (const peer of window.rival.peers)
    (await peer.getStats()).forEach((/** @type {RTCTransportStats} */ report) => {
      if (report.type === "transport") bytes += report.bytesReceived ?? 0;
    });
  return bytes;
}
