"""The weights by which ``scanner.policy.kinds`` tells what kind of traffic a flow is; no package is named here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weight:
    """Evidence of one area for (or, below zero, against) one kind: any of ``words`` counts once."""

    area: str
    kind: str
    points: int
    words: frozenset[str]


def _weight(area: str, kind: str, points: int, words: str) -> Weight:
    return Weight(area, kind, points, frozenset(words.split()))


WEIGHTS: tuple[Weight, ...] = (
    _weight("category", "telemetry", 4, "telemetry feature_flags"),
    _weight("category", "telemetry", 9, "ip_lookup"),
    _weight("category", "telemetry", 6, "package_telemetry"),
    _weight("category", "error-reporting", 6, "error_reporting"),
    _weight("category", "log-upload", 5, "observability llm_tracing experiment_tracking"),
    _weight("category", "remote-inference", 5, "llm_api llm_gateway speech_api image_api moderation"),
    _weight("category", "remote-inference", 9, "search_tool geo_tool"),
    _weight("category", "outsourcing", 6, "labelling"),
    _weight("category", "upload", 4, "request_bin messaging"),
    _weight("category", "upload", 9, "render_tool"),
    _weight("category", "download", 3, "cdn redirect"),
    _weight("host", "telemetry", 4, "telemetry stats analytics t track tracking usage metrics posthog updates scarf"),
    _weight("host", "error-reporting", 4, "sentry bugsnag rollbar crash errors"),
    _weight("host", "log-upload", 3, "logs log logging otlp collector trace traces tracing"),
    _weight("host", "download", 3, "cdn download downloads dl raw media static releases mirror files"),
    _weight("host", "remote-inference", 3, "inference llm completions embed embedding embeddings"),
    _weight("path", "telemetry", 3, "telemetry analytics track capture usage stat stats event events collect ping"),
    _weight("path", "log-upload", 8, "log logs traces spans otlp"),
    _weight("path", "remote-inference", 4, "chat completions completion embeddings embed generate messages predict"),
    _weight("path", "remote-inference", 3, "inference rerank search translate transcriptions"),
    _weight("path", "upload", 3, "upload uploads"),
    _weight("path", "upload", 4, "tunnel tunnels"),
    _weight("path", "download", 2, "download downloads resolve releases archive raw"),
    _weight("function", "telemetry", 4, "telemetry analytics usage track tracker tracking heartbeat scarf count"),
    _weight("function", "telemetry", 2, "capture event events emit report identify ping update updates version check"),
    _weight("function", "error-reporting", 4, "sentry crash exception traceback"),
    _weight("function", "log-upload", 2, "log logs logging logfile trace traces tracing span spans profile metrics"),
    _weight("function", "remote-inference", 3, "chat completion completions generate inference infer embed embeddings"),
    _weight("function", "remote-inference", 2, "search rerank predict translate transcribe synthesize llm"),
    _weight("function", "upload", 4, "upload uploads push commit tunnel share"),
    _weight("function", "download", 3, "download downloads downloader fetch retrieve pull read load"),
    _weight("function", "download", 1, "get"),
    _weight("chain", "telemetry", 3, "telemetry analytics usage track tracker tracking heartbeat scarf"),
    _weight("chain", "telemetry", 1, "event events report capture emit"),
    _weight("chain", "log-upload", 2, "trace traceable tracing tracer log logs logfile exporter"),
    _weight("chain", "remote-inference", 2, "chat completion completions generate generation embed search synthesis"),
    _weight("chain", "remote-inference", 2, "transcription recognition inference"),
    _weight("chain", "upload", 2, "upload push commit"),
    _weight("chain", "download", 2, "download fetch load cached"),
    _weight("file", "telemetry", 4, "telemetry analytics usage tracking heartbeat stats"),
    _weight("file", "error-reporting", 3, "sentry crash"),
    _weight("file", "log-upload", 2, "tracing tracer tracker logger exporter otel callbacks"),
    _weight("file", "remote-inference", 2, "inference llm llms chat completion embed embedding embeddings"),
    _weight("file", "upload", 2, "upload uploads"),
    _weight("file", "download", 2, "download downloader downloads file hub"),
    _weight("gate", "telemetry", 5, "telemetry analytics track tracking usage stats counts scarf anonymized"),
    _weight("gate", "log-upload", 3, "tracing trace logging"),
    _weight("gate", "error-reporting", 3, "sentry crash"),
    _weight("data", "telemetry", 2, "device_id device_identifier user_id user_identifier machine_id environment"),
    _weight("data", "remote-inference", 2, "prompt messages"),
    _weight("data", "error-reporting", 2, "exception_locals traceback"),
    _weight("data", "log-upload", 2, "logs_diagnostics"),
    _weight("data", "upload", 2, "file_content training_data model_weights source_code"),
    _weight("shape", "download", 3, "bare-get"),
    _weight("shape", "download", 3, "read-get"),
    _weight("shape", "log-upload", -12, "bare-get bare-head"),
    _weight("shape", "probe", 2, "bare-head"),
    _weight("shape", "upload", 1, "data"),
    _weight("shape", "upload", 3, "put"),
    _weight("shape", "error-reporting", 2, "on-exception"),
    _weight("shape", "telemetry", 2, "unasked-data"),
    _weight("shape", "download", 3, "store-read"),
    _weight("shape", "upload", 3, "store-write"),
)
"""All evidence. Areas: category of the operator row; words of host, URL path, sink function, chain, file and switches;
data classes; shape of the request."""
