import ssl
import urllib.request

# ok: unverified-context
urllib.request.urlopen("https://stats.example.org", context=ssl.create_default_context())
# ruleid: unverified-context
ssl._create_default_https_context = ssl._create_unverified_context
# ruleid: unverified-context
urllib.request.urlopen("https://stats.example.org", data=b"x", context=ssl._create_unverified_context())
