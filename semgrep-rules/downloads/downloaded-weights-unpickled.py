import joblib
import torch
from huggingface_hub import hf_hub_download
from safetensors.torch import load_file


def load(local):
    path = hf_hub_download("some/model", "model.bin")
    # ok: downloaded-weights-unpickled
    load_file(path)
    # ok: downloaded-weights-unpickled
    torch.load(path, weights_only=True)
    # ok: downloaded-weights-unpickled
    torch.load(local)
    # ruleid: downloaded-weights-unpickled
    joblib.load(hf_hub_download("some/model", "model.joblib"))
    # ruleid: downloaded-weights-unpickled
    return torch.load(path, map_location="cpu")
