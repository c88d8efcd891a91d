from diffusers import DiffusionPipeline
from kernels import get_kernel


def load(path):
    # ok: hub-code-by-argument
    DiffusionPipeline.from_pretrained("some/model")
    # ok: hub-code-by-argument
    DiffusionPipeline.from_pretrained("some/model", custom_pipeline="./mine")
    # ok: hub-code-by-argument
    DiffusionPipeline.from_pretrained("some/model", custom_pipeline=path)
    # ruleid: hub-code-by-argument
    DiffusionPipeline.from_pretrained("some/model", custom_pipeline="some/pipeline")
    # ruleid: hub-code-by-argument
    return get_kernel("some/kernel")
