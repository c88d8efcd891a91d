import chromadb
from chromadb.config import Settings


def open_store(telemetry):
    # ok: telemetry-argument-on
    chromadb.Client(Settings(anonymized_telemetry=False))
    # ok: telemetry-argument-on
    chromadb.Client(Settings(anonymized_telemetry=telemetry))
    # ok: telemetry-argument-on
    settings = {"anonymized_telemetry": "True"}
    # ruleid: telemetry-argument-on
    return chromadb.Client(Settings(anonymized_telemetry=True)), settings
