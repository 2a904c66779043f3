from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

STEREO = 'return (await load("connection/webrtc-peer.js")).withStereo(argument)'
HEAD = "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=rtpmap:111 opus/48000/2\r\n"


@pytest.mark.parametrize(
    ("sdp", "expected"),
    [
        (
            HEAD + "a=fmtp:111 minptime=10;useinbandfec=1\r\na=x\r\n",
            HEAD + "a=fmtp:111 minptime=10;useinbandfec=1;stereo=1\r\na=x\r\n",
        ),
        (HEAD + "a=fmtp:111 stereo=1\r\n", HEAD + "a=fmtp:111 stereo=1\r\n"),
        (HEAD + "a=x\r\n", HEAD + "a=fmtp:111 stereo=1\r\na=x\r\n"),
        ("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"),
    ],
    ids=["has parameters", "has stereo", "has none", "no audio"],
)
def test_answer_requests_stereo(run: Run, sdp: str, expected: str) -> None:
    assert run(STEREO, sdp) == expected


def test_input_is_taken_once_its_channel_is_open(run: Run) -> None:
    body = """
    const { WebRtcPeer } = await load("connection/webrtc-peer.js");
    const server = new RTCPeerConnection();
    server.createDataChannel("input");
    server.onicecandidate = ({ candidate }) => candidate?.candidate
      && peer.receive({ type: "candidate", candidate: candidate.candidate, mid: candidate.sdpMid });
    const taken = [];
    let peer;
    await new Promise((done) => {
      const signal = (message) => {
        if (message.type === "answer") void server.setRemoteDescription(message);
        else void server.addIceCandidate({ candidate: message.candidate, sdpMid: message.mid });
      };
      peer = new WebRtcPeer([], { signal, state() {}, failed() {}, inputReady: done });
      taken.push(peer.takesInput);
      void server.setLocalDescription().then(() => {
        peer.receive({ type: "offer", sdp: server.localDescription.sdp });
      });
    });
    taken.push(peer.takesInput);
    peer.close();
    server.close();
    return taken;
    """
    assert run(body) == [False, True]


def test_send_without_a_channel_returns_false(run: Run) -> None:
    body = """
    const { WebRtcPeer } = await load("connection/webrtc-peer.js");
    const peer = new WebRtcPeer([], {});
    const sent = peer.send(new ArrayBuffer(4));
    peer.close();
    return sent;
    """
    assert run(body) is False


def test_invalid_offer_does_not_block_the_next_one(run: Run) -> None:
    body = """
    const { WebRtcPeer } = await load("connection/webrtc-peer.js");
    const server = new RTCPeerConnection();
    server.createDataChannel("input");
    await server.setLocalDescription();
    const answer = await new Promise((resolve) => {
      const signal = (message) => { if (message.type === "answer") resolve(message.sdp); };
      const peer = new WebRtcPeer([], { signal, state() {}, failed() {} });
      peer.receive({ type: "offer", sdp: "invalid" });
      peer.receive({ type: "candidate", candidate: "invalid", mid: "0" });
      peer.receive({ type: "offer", sdp: server.localDescription.sdp });
    });
    await server.setRemoteDescription({ type: "answer", sdp: answer });
    const state = server.signalingState;
    server.close();
    return state;
    """
    assert run(body) == "stable"


@pytest.mark.parametrize(
    ("prepare", "failure"),
    [
        ("peer.pc.createAnswer = () => Promise.reject(new Error('no codec'));", "refused"),
        (
            "peer.pc.setConfiguration({ ...peer.pc.getConfiguration(), iceTransportPolicy: 'relay' });",
            "no candidates",
        ),
        (
            """Object.defineProperty(peer.pc, 'iceConnectionState', { value: 'failed' });
               peer.pc.dispatchEvent(new Event('iceconnectionstatechange'));""",
            "no route",
        ),
    ],
)
def test_certain_failure_is_reported(run: Run, prepare: str, failure: str) -> None:
    body = f"""
    const {{ WebRtcPeer }} = await load("connection/webrtc-peer.js");
    const server = new RTCPeerConnection();
    server.createDataChannel("input");
    await server.setLocalDescription();
    const failures = [];
    await new Promise((resolve) => {{
      const failed = (failure) => {{ failures.push(failure); resolve(); }};
      const peer = new WebRtcPeer([], {{ signal() {{}}, state() {{}}, failed }});
      {prepare}
      peer.receive({{ type: "offer", sdp: server.localDescription.sdp }});
    }});
    server.close();
    return failures;
    """
    assert run(body) == [failure]


def test_closed_peer_reports_no_failure(run: Run) -> None:
    body = """
    const { WebRtcPeer } = await load("connection/webrtc-peer.js");
    const failures = [];
    const peer = new WebRtcPeer([], { signal() {}, state() {}, failed: (failure) => failures.push(failure) });
    peer.receive({ type: "offer", sdp: "invalid" });
    peer.close();
    await new Promise((resolve) => setTimeout(resolve, 0));
    return failures;
    """
    assert run(body) == []


NACK = "a=rtcp-fb:111 nack\r\n"
VIDEO, RRTR = "a=rtpmap:96 H264/90000\r\n", "a=rtcp-fb:96 rrtr\r\n"


@pytest.mark.parametrize(
    ("answer", "offer", "expected"),
    [
        (HEAD + "a=x\r\n", HEAD + NACK, HEAD + NACK + "a=x\r\n"),
        (HEAD + NACK, HEAD + NACK, HEAD + NACK),
        (HEAD, HEAD + "a=rtcp-fb:111 nack pli\r\n", HEAD),
        ("", VIDEO + RRTR, ""),
        (HEAD + VIDEO, VIDEO + RRTR + HEAD + NACK, HEAD + NACK + VIDEO + RRTR),
    ],
)
def test_answer_repeats_offered_feedback(run: Run, answer: str, offer: str, expected: str) -> None:
    body = 'return (await load("connection/webrtc-peer.js")).withFeedback(argument.answer, argument.offer)'
    assert run(body, {"answer": answer, "offer": offer}) == expected
