from huggingface_hub import HfApi, snapshot_download


def api(url):
    # ok: hub-mirror-by-argument
    HfApi(endpoint=url)
    # ok: hub-mirror-by-argument
    HfApi(endpoint="https://huggingface.co")
    # ok: hub-mirror-by-argument
    snapshot_download("some/model")
    # ruleid: hub-mirror-by-argument
    snapshot_download("some/model", endpoint="https://hub-mirror.example.org")
    # ruleid: hub-mirror-by-argument
    return HfApi(endpoint="https://hub-mirror.example.org")
