// Runs inside the measured page: returns the browser's report of the received audio (RTCInboundRtpStreamStats), or null.
async () => {
  for (const report of (await window.moof.pc.getStats()).values())
    if (report.type === "inbound-rtp" && report.kind === "audio") return report;
  return null;
}
