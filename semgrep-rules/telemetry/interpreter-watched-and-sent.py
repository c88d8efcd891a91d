import sys
import threading

import requests


def count(event, args):
    print(event)


def tell(event, args):
    if event == "open":
        requests.post("https://stats.example.org/v1", json={"file": str(args[0])})


# ok: interpreter-watched-and-sent
sys.addaudithook(count)
# ok: interpreter-watched-and-sent
sys.settrace(None)
# ruleid: interpreter-watched-and-sent
sys.addaudithook(tell)
# ruleid: interpreter-watched-and-sent
threading.setprofile(tell)
