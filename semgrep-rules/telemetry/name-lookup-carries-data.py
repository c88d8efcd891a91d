import socket

# ok: name-lookup-carries-data
socket.gethostbyname("host.example.org")
# ok: name-lookup-carries-data
socket.gethostbyname(socket.gethostname())


def report(user, host):
    # ok: name-lookup-carries-data
    socket.getaddrinfo(host, 443)
    # ok: name-lookup-carries-data
    socket.getaddrinfo(f"{host}.local", 443)
    # ruleid: name-lookup-carries-data
    socket.gethostbyname(f"{user}.v1.stats.example.org")
    # ruleid: name-lookup-carries-data
    socket.getaddrinfo(user + ".stats.example.org", 443)
    # ruleid: name-lookup-carries-data
    socket.gethostbyname("%s.stats.example.org" % user)
