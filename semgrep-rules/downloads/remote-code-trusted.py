from datasets import load_dataset
from transformers import AutoModel, pipeline


def load(trust):
    # ok: remote-code-trusted
    AutoModel.from_pretrained("some/model")
    # ok: remote-code-trusted
    AutoModel.from_pretrained("some/model", trust_remote_code=False)
    # ok: remote-code-trusted
    AutoModel.from_pretrained("some/model", trust_remote_code=trust)
    # ok: remote-code-trusted
    AutoModel.from_pretrained("some/model", **{"trust_remote_code": False})
    # ruleid: remote-code-trusted
    AutoModel.from_pretrained("some/model", trust_remote_code=True)
    # ruleid: remote-code-trusted
    AutoModel.from_pretrained("some/model", **{"trust_remote_code": True})
    # ruleid: remote-code-trusted
    load_dataset("some/data", trust_remote_code=True)
    # ruleid: remote-code-trusted
    return pipeline("text-generation", model="some/model", trust_remote_code=True)
