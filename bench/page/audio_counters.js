// @ts-check
// Runs inside the measured page: returns the browser's report of the received audio (RTCInboundRtpStreamStats), or null.
async () => {
  const reports = await window.moof.pc?.getStats();
  /** @type {RTCInboundRtpStreamStats | null} */
  let audio = null;
  reports?.forEach((/** @type {RTCInboundRtpStreamStats} */ report) => {
    if (report.type === "inbound-rtp" && report.kind === "audio") audio ??= report;
  });
  return audio;
}
