"""A library reports its use, and waits until the background thread has sent it."""

from huggingface_hub.utils import _telemetry, send_telemetry

send_telemetry("observe/run", library_name="observe", library_version="1")
_telemetry._TELEMETRY_QUEUE.join()
