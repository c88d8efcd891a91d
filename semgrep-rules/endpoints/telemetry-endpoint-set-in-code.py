import os

# ok: telemetry-endpoint-set-in-code
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://localhost:4318"
# ok: telemetry-endpoint-set-in-code
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4318"
# ok: telemetry-endpoint-set-in-code
host = os.environ.get("LANGFUSE_HOST", "https://traces.example.org")
# ruleid: telemetry-endpoint-set-in-code
os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://traces.example.org"
# ruleid: telemetry-endpoint-set-in-code
os.environ.setdefault("LANGFUSE_HOST", "https://traces.example.org")
