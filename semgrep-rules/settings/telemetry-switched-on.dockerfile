FROM scratch
# ok: telemetry-switched-on
ENV MEM0_TELEMETRY=False
# ruleid: telemetry-switched-on
ENV MEM0_TELEMETRY True
