"""aiortc without `av`: its codecs are for sound and pictures, and Whisp carries neither.

`install` puts a finder before all others that answers `av` and `av.*` with modules whose every
attribute is an empty class: enough to import aiortc, 16 MB less in memory, 100 MB less in a bundle.
"""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType


class _Nothing:
    """Stands for every class of `av`; nothing ever makes one."""


class _EmptyModule(ModuleType):
    """A module in which every public name is there."""

    def __getattr__(self, name: str) -> type[_Nothing]:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing


class _AvFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 -- the interface's
        target: ModuleType | None = None,  # noqa: ARG002 -- the interface's
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname == "av" or fullname.startswith("av."):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def install() -> None:
    """From now on `import av` costs nothing and gives nothing. Once is enough."""
    if not any(isinstance(finder, _AvFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AvFinder())
