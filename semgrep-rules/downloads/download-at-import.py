import nltk
import requests
from huggingface_hub import hf_hub_download


def fonts():
    # ok: download-at-import
    return requests.get("https://files.example.org/font.ttf")


# ok: download-at-import
load = lambda: requests.get("https://files.example.org/x")
# ruleid: download-at-import
FONT = requests.get("https://files.example.org/font.ttf").content
# ruleid: download-at-import
nltk.download("punkt")
try:
    # ruleid: download-at-import
    WEIGHTS = hf_hub_download("some/model", "model.bin")
except OSError:
    WEIGHTS = None

if __name__ == "__main__":
    # ok: download-at-import
    print(requests.get("https://files.example.org/x"))
