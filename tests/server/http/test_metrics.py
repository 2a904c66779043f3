from prometheus_client.parser import text_string_to_metric_families

from moof.server.audio.pipeline import AudioStats
from moof.server.http.metrics import exposition
from moof.server.http.status import EmulatorReport, EncoderReport, StatusReport

REPORT = StatusReport(
    emulator=EmulatorReport(
        connected=True, pid=42, state="running", width=640, height=480, frames=1_000, fps=59.9
    ),
    codec="h264",
    viewers=[],
    audio=AudioStats(
        playing=True,
        rate=22_050,
        channels=1,
        packets=50,
        underruns=3,
        backlog_dropped=0,
        packets_skipped=0,
        backlog_ms=0.0,
        lead_ms=0.0,
        scheduling="",
        response_ms_p50=1.5,
        response_ms_p99=2.5,
    ),
    encoders={"h264": EncoderReport(pictures=900, keys=2, bytes=12_345, encode_ms=1.25)},
    restarts=4,
    bytes_sent=99_999,
    inputs_ignored=7,
    note="",
)


def test_metrics_of_a_report() -> None:
    families = text_string_to_metric_families(exposition(REPORT).decode())
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }
    assert values == {
        ("moof_emulator_connected",): 1,
        ("moof_emulator_responding",): 1,
        ("moof_emulator_restarts_total",): 4,
        ("moof_frames_total",): 1_000,
        ("moof_frames_per_second",): 59.9,
        ("moof_viewers",): 0,
        ("moof_sent_bytes_total",): 99_999,
        ("moof_inputs_ignored_total",): 7,
        ("moof_encoded_pictures_total", "h264"): 900,
        ("moof_encoded_bytes_total", "h264"): 12_345,
        ("moof_encode_seconds", "h264"): 0.00125,
        ("moof_sound_packets_total",): 50,
        ("moof_sound_underruns_total",): 3,
        ("moof_sound_response_seconds", "0.5"): 0.0015,
        ("moof_sound_response_seconds", "0.99"): 0.0025,
    }
