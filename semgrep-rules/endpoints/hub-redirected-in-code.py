import os

# ok: hub-redirected-in-code
os.environ["HF_ENDPOINT"] = "https://huggingface.co"
# ok: hub-redirected-in-code
os.environ["HF_ENDPOINT"] = "http://localhost:8080"
# ok: hub-redirected-in-code
endpoint = os.environ.get("HF_ENDPOINT", "https://hub-mirror.example.org")
# ok: hub-redirected-in-code
os.environ["HF_HOME"] = "/data/hub"
# ruleid: hub-redirected-in-code
os.environ["HF_ENDPOINT"] = "https://hub-mirror.example.org"
# ruleid: hub-redirected-in-code
os.environ.setdefault("HF_ENDPOINT", "https://hub-mirror.example.org")
