"""`GET /metrics`: the status report as Prometheus metrics, in seconds and bytes as is usual there."""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from moof.server.http.status import StatusReport

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def exposition(report: StatusReport) -> bytes:
    """Return the report in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_ReportCollector(report))
    return generate_latest(registry)


class _ReportCollector(Collector):
    """The metrics of one report."""

    def __init__(self, report: StatusReport) -> None:
        self._report = report

    def collect(self) -> Iterable[Metric]:
        """Return all metrics."""
        report = self._report
        yield _gauge(
            "moof_emulator_connected", "1 while an emulator is connected.", report.emulator.connected
        )
        responding = report.emulator.responding
        yield _gauge("moof_emulator_responding", "0 when the emulator has stopped answering.", responding)
        yield _counter("moof_emulator_restarts", "Times the emulator was started again.", report.restarts)
        yield _counter("moof_frames", "Frames that the emulator published.", report.emulator.frames)
        yield _gauge("moof_frames_per_second", "Frames a second at present.", report.emulator.fps)
        yield _gauge("moof_viewers", "Viewers that are connected.", len(report.viewers))
        yield _counter("moof_sent_bytes", "Payload sent to all viewers so far.", report.bytes_sent)
        yield _counter(
            "moof_inputs_ignored", "Input messages of viewers who may only watch.", report.inputs_ignored
        )
        yield from self._encoders()
        yield from self._sound()

    def _encoders(self) -> Iterable[Metric]:
        frames = CounterMetricFamily("moof_encoded_pictures", "Frames or tiles encoded.", labels=["codec"])
        size = CounterMetricFamily("moof_encoded_bytes", "Bytes encoded.", labels=["codec"])
        seconds = GaugeMetricFamily("moof_encode_seconds", "Time to encode one, smoothed.", labels=["codec"])
        for codec, encoder in self._report.encoders.items():
            frames.add_metric([codec], encoder.pictures)
            size.add_metric([codec], encoder.bytes)
            seconds.add_metric([codec], encoder.encode_ms / 1000)
        return frames, size, seconds

    def _sound(self) -> Iterable[Metric]:
        audio = self._report.audio
        yield _counter("moof_sound_packets", "Audio packets sent.", audio.packets)
        yield _counter("moof_sound_underruns", "Audio packets without sound from the Mac.", audio.underruns)
        response = GaugeMetricFamily(
            "moof_sound_response_seconds", "From a sound request to the Mac's reply.", labels=["quantile"]
        )
        response.add_metric(["0.5"], audio.response_ms_p50 / 1000)
        response.add_metric(["0.99"], audio.response_ms_p99 / 1000)
        yield response


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)


def _counter(name: str, help_text: str, value: float) -> Metric:
    return CounterMetricFamily(name, help_text, value=value)
