import httpx
import requests

# ok: certificate-unchecked
requests.post("https://stats.example.org", json={})
# ok: certificate-unchecked
requests.get("https://files.example.org", verify=False)
# ok: certificate-unchecked
requests.post("https://stats.example.org", json={}, verify="ca.pem")
# ruleid: certificate-unchecked
requests.post("https://stats.example.org", json={}, verify=False)
# ruleid: certificate-unchecked
httpx.post("https://stats.example.org", json={}, verify=False)
with requests.Session() as session:
    # ruleid: certificate-unchecked
    session.put("https://stats.example.org", data=b"", verify=False)
