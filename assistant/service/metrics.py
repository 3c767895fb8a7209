"""What happened and what there is, as numbers for Prometheus. Nothing that was said becomes a number or a label.

Event ──▶ Metrics.show ──▶ registry ──▶ text() ──▶ /metrics
          on the loop                    on the server's thread
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from assistant.events import DeviceChanged, Event, Ignored, Resumed, State, StateChanged, TurnEnded, Woken
from assistant.screen.wording import STAGES
from assistant.service.health import DEVICES
from assistant.service.lines import reason_class
from assistant.service.resources import GpuMemory, gpu_memory

disable_created_metrics()  # type: ignore[no-untyped-call]  # when each counter was made, a second series for each, which nobody asks for

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BUCKETS_S = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0)
"""Upper bounds of the histograms, finest where a reply is felt to come at once."""

REASONS = 32
"""Most different reasons that are counted each by itself; the rest are "other"."""


class Metrics:
    """A `Screen` that counts."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.registry = registry = CollectorRegistry()
        self.live = Live(now)
        self._reasons: set[str] = set()
        self._stages = Histogram(
            "earshot_stage_seconds",
            "From the end of the user's speech to each stage of the turn.",
            ["stage"],
            buckets=BUCKETS_S,
            registry=registry,
        )
        self._turns = Counter("earshot_turns", "Turns of the user that were answered.", registry=registry)
        self._interruptions = Counter("earshot_interruptions", "Replies that were cut short.", registry=registry)
        self._resumes = Counter("earshot_resumes", "Replies that yielded and went on.", ["reason"], registry=registry)
        self._ignored = Counter("earshot_ignored", "Sounds judged to be no turn.", ["reason"], registry=registry)
        self._wakes = Counter("earshot_wakes", "Wake phrases that were heard.", registry=registry)
        self._losses = Counter("earshot_device_losses", "Devices lost.", ["device"], registry=registry)
        self._errors = Counter("earshot_errors", "Errors and warnings logged.", ["level"], registry=registry)
        self._state = Gauge("earshot_state", "1 for what it is doing.", ["state"], registry=registry)
        ProcessCollector(registry=registry)
        registry.register(self.live)
        self._begin()

    def show(self, event: Event) -> None:
        """Count the event, if it is of those counted."""
        match event:
            case TurnEnded():
                self._turn(event)
            case Resumed(reason=reason):
                self._resumes.labels(self._reason(reason)).inc()
            case Ignored(reason=reason):
                self._ignored.labels(self._reason(reason)).inc()
            case Woken():
                self._wakes.inc()
            case StateChanged(state):
                self._become(state)
            case DeviceChanged(device, present=False):
                self._losses.labels(device.split(" ")[0]).inc()
            case _:
                pass

    def text(self) -> bytes:
        """All of it, in Prometheus's text format; may be called on any thread."""
        return generate_latest(self.registry)

    def counting_errors(self) -> logging.Handler:
        """A handler for the log that counts what goes wrong, and reads no message."""
        return _Counting(self._errors)

    def _begin(self) -> None:
        """Let everything that is known beforehand stand at 0, so that a first event is seen as a rise."""
        for stage in STAGES:
            self._stages.labels(stage)
        for level in ("warning", "error"):
            self._errors.labels(level)
        for device in DEVICES:
            self._losses.labels(device)
        self._become(None)

    def _turn(self, turn: TurnEnded) -> None:
        self._turns.inc()
        if turn.interrupted:
            self._interruptions.inc()
        for stage in STAGES:
            at = getattr(turn.stages, stage)
            if at is not None:
                self._stages.labels(stage).observe(max(0.0, at - turn.stages.speech_end))

    def _become(self, present: State | None) -> None:
        for state in State:
            self._state.labels(state.value).set(state is present)

    def _reason(self, reason: str) -> str:
        reason = reason_class(reason)
        if reason not in self._reasons and len(self._reasons) >= REASONS:
            return "other"
        self._reasons.add(reason)
        return reason


class Live(Collector):
    """What is read when it is asked for."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.dropped: Callable[[], int] = lambda: 0
        """Samples of the microphone that were lost so far."""
        self.residents: Callable[[], Mapping[str, int]] = dict
        """Bytes of each model that is loaded."""
        self.devices: Callable[[], Mapping[str, bool]] = dict
        """Whether each device is there."""
        self.gpus: Callable[[], Iterable[GpuMemory]] = gpu_memory
        self._now = now
        self._began = now()

    def collect(self) -> Iterable[Metric]:
        """One reading."""
        yield GaugeMetricFamily(
            "earshot_uptime_seconds", "Since the service was started.", value=self._now() - self._began
        )
        yield CounterMetricFamily("earshot_microphone_dropped_samples", "Samples that were lost.", value=self.dropped())
        present = GaugeMetricFamily("earshot_device_present", "1 for a device that is there.", labels=["device"])
        for device, there in self.devices().items():
            present.add_metric([device], there)
        yield present
        yield from _models(self.residents())
        yield from _gpus(self.gpus())


class _Counting(logging.Handler):
    def __init__(self, errors: Counter) -> None:
        super().__init__(logging.WARNING)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        """Count it."""
        self._errors.labels("error" if record.levelno >= logging.ERROR else "warning").inc()


def _models(residents: Mapping[str, int]) -> Iterable[Metric]:
    yield GaugeMetricFamily("earshot_models_resident", "How many models are loaded.", value=len(residents))
    memory = GaugeMetricFamily(
        "earshot_model_memory_bytes", "About how much memory a loaded model took.", labels=["model"]
    )
    for name, size in residents.items():
        memory.add_metric([name], size)
    yield memory


def _gpus(gpus: Iterable[GpuMemory]) -> Iterable[Metric]:
    used = GaugeMetricFamily("earshot_gpu_memory_used_bytes", "Of all programs together.", labels=["gpu"])
    total = GaugeMetricFamily("earshot_gpu_memory_total_bytes", "What the GPU has.", labels=["gpu"])
    for gpu in gpus:
        used.add_metric([str(gpu.index)], gpu.used)
        total.add_metric([str(gpu.index)], gpu.total)
    yield from (used, total) if used.samples else ()
