import grpc
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter


def connect(address):
    # ok: channel-without-encryption
    grpc.insecure_channel(address)
    # ok: channel-without-encryption
    grpc.insecure_channel("localhost:50051")
    # ok: channel-without-encryption
    grpc.insecure_channel("collector:4317")
    # ok: channel-without-encryption
    OTLPSpanExporter(endpoint="https://traces.example.org:4317")
    # ruleid: channel-without-encryption
    grpc.insecure_channel("models.example.org:50051")
    # ruleid: channel-without-encryption
    return OTLPSpanExporter(endpoint="traces.example.org:4317", insecure=True)
