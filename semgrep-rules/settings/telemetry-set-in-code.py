import os

# ok: telemetry-set-in-code
os.environ["MEM0_TELEMETRY"] = "False"
# ok: telemetry-set-in-code
os.environ["DO_NOT_TRACK"] = "1"
# ok: telemetry-set-in-code
enabled = os.environ.get("LANGSMITH_TRACING", "true")
# ruleid: telemetry-set-in-code
os.environ["LANGCHAIN_TRACING_V2"] = "true"
# ruleid: telemetry-set-in-code
os.environ.setdefault("DO_NOT_TRACK", "0")
