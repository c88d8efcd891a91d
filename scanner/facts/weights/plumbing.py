"""Globals that only put a value together again: every benign checkpoint calls them, some a million times."""

from __future__ import annotations

from functools import lru_cache

_MODULES = (
    "collections", "copyreg", "datetime", "decimal", "fractions", "uuid", "pathlib", "enum", "re", "zoneinfo",
    "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric", "numpy.random",
    "numpy.ma.core", "numpy.dtypes", "torch._utils", "torch.storage", "torch.serialization", "torch._tensor",
    "torch.nn.parameter", "torch.distributed", "joblib.numpy_pickle", "joblib.numpy_pickle_utils", "scipy.sparse",
    "pandas._libs", "pandas.core", "sklearn.utils", "sklearn.tree", "cloudpickle.cloudpickle", "dill._dill",
)  # fmt: skip
_NAMES = frozenset({
    "numpy.dtype", "numpy.ndarray", "numpy.bool_", "torch.Size", "torch.device", "torch.Tensor", "torch.dtype",
    *(f"builtins.{name}" for name in (
        "set", "frozenset", "list", "dict", "tuple", "str", "bytes", "bytearray", "complex", "slice", "range", "object",
        "int", "float", "bool", "type",
    )),
})  # fmt: skip
_BELOW = tuple(f"{module}." for module in _MODULES)


@lru_cache(maxsize=4_096)
def is_plumbing(dotted: str) -> bool:
    """Whether a callable by this name only builds a value."""
    return dotted in _NAMES or dotted.startswith(_BELOW) or (dotted.startswith("torch.") and dotted.endswith("Storage"))
