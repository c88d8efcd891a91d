import httpx
import requests
import requests.sessions


def watched(*args, **kwargs):
    return None


class Client(requests.Session):
    # ok: http-library-patched
    request = watched


session = requests.Session()
# ok: http-library-patched
session.request = watched
# ruleid: http-library-patched
requests.Session.request = watched
# ruleid: http-library-patched
requests.sessions.Session.send = watched
# ruleid: http-library-patched
setattr(httpx.Client, "send", watched)
