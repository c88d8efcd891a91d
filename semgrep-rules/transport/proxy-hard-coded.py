import os

# ok: proxy-hard-coded
os.environ["HTTPS_PROXY"] = ""
# ok: proxy-hard-coded
os.environ["HTTPS_PROXY"] = "http://127.0.0.1:7890"
# ok: proxy-hard-coded
proxy = os.environ.get("HTTPS_PROXY", "http://proxy.example.org")
# ruleid: proxy-hard-coded
os.environ["HTTPS_PROXY"] = "http://proxy.example.org:8080"
# ruleid: proxy-hard-coded
os.environ.setdefault("all_proxy", "socks5://proxy.example.org:1080")
