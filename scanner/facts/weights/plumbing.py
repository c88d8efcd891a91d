"""Globals that only put a value together again: every benign checkpoint calls them, some a million times."""

from __future__ import annotations

from functools import lru_cache

_MODULES = (
    "collections", "copyreg", "datetime", "decimal", "fractions", "uuid", "pathlib", "enum", "re", "zoneinfo",
    "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric", "numpy.random",
    "numpy.ma.core", "numpy.dtypes", "torch._utils", "torch.storage", "torch._tensor", "torch.nn.parameter",
    "torch.distributed.tensor", "torch.distributed._tensor", "torch.distributed._shard", "scipy.sparse",
    "pandas._libs", "pandas.core.internals", "pandas.core.indexes", "pandas.core.arrays", "pandas.core.dtypes",
    "sklearn.tree._tree", "sklearn.utils._bunch", "cloudpickle.cloudpickle", "dill._dill",
)  # fmt: skip
_NAMES = frozenset({
    "joblib.numpy_pickle.NumpyArrayWrapper", "joblib.numpy_pickle_compat.NDArrayWrapper", "numpy.dtype",
    "numpy.ndarray", "numpy.bool_", "torch.Size", "torch.device", "torch.Tensor", "torch.dtype",
    *(f"builtins.{name}" for name in (
        "set", "frozenset", "list", "dict", "tuple", "str", "bytes", "bytearray", "complex", "slice", "range", "object",
        "int", "float", "bool", "type",
    )),
})  # fmt: skip
_BELOW = tuple(f"{module}." for module in _MODULES)


HANDED_ON: dict[str, tuple[int, int, bool]] = {
    "torch._tensor._rebuild_from_type_v2": (0, 2, False),
    "torch._tensor._rebuild_from_type": (0, 2, False),
    "dill._dill._create_type": (0, 1, True),
    "dill._dill._create_array": (0, 1, False),
    "cloudpickle.cloudpickle._make_skeleton_class": (0, 1, True),
}
"""Builders that call one of their arguments: which one, and the argument that holds its arguments, or (true) from which
on they are its arguments."""


@lru_cache(maxsize=4_096)
def is_plumbing(dotted: str) -> bool:
    """Whether a callable by this name only builds a value."""
    return dotted in _NAMES or dotted.startswith(_BELOW) or (dotted.startswith("torch.") and dotted.endswith("Storage"))
