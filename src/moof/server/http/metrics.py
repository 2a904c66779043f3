"""`GET /metrics`: the status report in Prometheus' words. Units are seconds and bytes, as is their custom."""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .status import StatusReport

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def exposition(report: StatusReport) -> bytes:
    """Return the report as Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Reported(report))
    return generate_latest(registry)


class _Reported(Collector):
    """One report's metrics."""

    def __init__(self, report: StatusReport) -> None:
        self._report = report

    def collect(self) -> Iterable[Metric]:
        """Return all of them."""
        report = self._report
        yield _gauge(
            "moof_emulator_connected", "1 while an emulator is connected.", report.emulator.connected
        )
        yield _counter("moof_emulator_restarts", "Times the emulator was started again.", report.restarts)
        yield _counter("moof_frames", "Pictures the emulator published.", report.emulator.frames)
        yield _gauge("moof_frames_per_second", "Pictures a second at present.", report.emulator.fps)
        yield _gauge("moof_viewers", "Pages that are connected.", len(report.viewers))
        yield _counter("moof_sent_bytes", "Payload sent to all viewers so far.", report.bytes_sent)
        yield _counter(
            "moof_inputs_ignored", "Inputs of viewers without the right to.", report.inputs_ignored
        )
        yield from self._encoders()
        yield from self._sound()

    def _encoders(self) -> Iterable[Metric]:
        pictures = CounterMetricFamily("moof_encoded_pictures", "Pictures encoded.", labels=["codec"])
        size = CounterMetricFamily("moof_encoded_bytes", "Bytes encoded.", labels=["codec"])
        seconds = GaugeMetricFamily("moof_encode_seconds", "Time for one, smoothed.", labels=["codec"])
        for codec, figures in self._report.encoders.items():
            pictures.add_metric([codec], figures.pictures)
            size.add_metric([codec], figures.bytes)
            seconds.add_metric([codec], figures.encode_ms / 1000)
        return pictures, size, seconds

    def _sound(self) -> Iterable[Metric]:
        audio = self._report.audio
        yield _counter("moof_sound_packets", "Packets of sound sent.", audio.packets)
        yield _counter("moof_sound_underruns", "Packets the Mac had no sound for in time.", audio.underruns)
        response = GaugeMetricFamily(
            "moof_sound_response_seconds", "From asking the Mac for sound to its answer.", labels=["quantile"]
        )
        response.add_metric(["0.5"], audio.response_ms_p50 / 1000)
        response.add_metric(["0.99"], audio.response_ms_p99 / 1000)
        yield response


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _counter(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(name, words, value=value)
