import socket

from scapy.all import rdpcap, send


def tell(path, packet):
    # ok: raw-packets-sent
    socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # ok: raw-packets-sent
    rdpcap(path)
    # ruleid: raw-packets-sent
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    # ruleid: raw-packets-sent
    send(packet)
