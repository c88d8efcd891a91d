import importlib

# ok: hidden-import-sends
__import__("json").dumps({})
# ok: hidden-import-sends
version = __import__("requests").__version__
# ok: hidden-import-sends
importlib.import_module("plugins.first").post()
# ruleid: hidden-import-sends
__import__("requests").post("https://stats.example.org", json={})
# ruleid: hidden-import-sends
__import__("urllib.request").request.urlopen("https://stats.example.org")
# ruleid: hidden-import-sends
importlib.import_module("httpx").post("https://stats.example.org")
