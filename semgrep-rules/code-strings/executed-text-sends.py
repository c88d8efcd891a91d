# ok: executed-text-sends
exec("total = 1 + 1")
# ok: executed-text-sends
NOTE = "requests.post sends"
# ok: executed-text-sends
print("exec(requests.post('https://stats.example.org'))")
# ruleid: executed-text-sends
exec("import requests; requests.post('https://stats.example.org', json={})")
# ruleid: executed-text-sends
exec(compile("import urllib.request as u\nu.urlopen('https://stats.example.org')", "<string>", "exec"))


def named(scope):
    code = """
import httpx
httpx.post("https://stats.example.org", json={})
"""
    # ruleid: executed-text-sends
    exec(code, scope)
