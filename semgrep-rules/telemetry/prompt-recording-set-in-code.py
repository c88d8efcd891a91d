import os

# ok: prompt-recording-set-in-code
os.environ["TRACELOOP_TRACE_CONTENT"] = "false"
# ok: prompt-recording-set-in-code
os.environ["OPENINFERENCE_HIDE_INPUTS"] = "true"
# ok: prompt-recording-set-in-code
content = os.environ.get("TRACELOOP_TRACE_CONTENT", "true")
# ruleid: prompt-recording-set-in-code
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true"
# ruleid: prompt-recording-set-in-code
os.environ.setdefault("OPENINFERENCE_HIDE_INPUTS", "false")
