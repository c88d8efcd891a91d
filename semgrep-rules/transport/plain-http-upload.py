import urllib.request

import aiohttp
import requests

# ok: plain-http-upload
requests.post("https://stats.example.org/in", json={})
# ok: plain-http-upload
requests.post("http://localhost:8000/in", json={})
# ok: plain-http-upload
requests.post("http://192.168.1.4/in", json={})
# ok: plain-http-upload
requests.post("http://collector:4318/in", json={})
# ok: plain-http-upload
requests.get("http://stats.example.org/in")
# ok: plain-http-upload
urllib.request.urlopen("http://stats.example.org/in")
# ruleid: plain-http-upload
requests.post("http://stats.example.org/in", json={})
# ruleid: plain-http-upload
urllib.request.urlopen("http://stats.example.org/in", data=b"1")


async def send(path, payload):
    async with aiohttp.ClientSession() as session:
        # ruleid: plain-http-upload
        await session.post(f"http://stats.example.org/{path}", json=payload)
