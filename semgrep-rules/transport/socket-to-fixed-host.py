import socket


def talk(host, data):
    near = socket.socket()
    # ok: socket-to-fixed-host
    near.connect(("localhost", 9000))
    # ok: socket-to-fixed-host
    near.connect((host, 9000))
    # ok: socket-to-fixed-host
    near.connect(("8.8.8.8", 80))
    # ok: socket-to-fixed-host
    near.connect("/run/agent.sock")
    far = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # ruleid: socket-to-fixed-host
    far.connect(("stats.example.org", 9000))
    far.sendall(data)
    # ruleid: socket-to-fixed-host
    socket.create_connection(("stats.example.org", 9000), timeout=3).sendall(data)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        # ruleid: socket-to-fixed-host
        udp.sendto(data, ("stats.example.org", 8125))
