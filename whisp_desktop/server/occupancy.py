"""What is open on one node, in all and from each network prefix. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Holder = TypeVar("Holder", bound=Hashable)


class Occupancy(Generic[Holder]):
    """Counts those who are in; loopback and proxies have no prefix (None).

    most -- so many in all
    most_of_a_prefix -- so many from one prefix; None: as many as there is room for
    """

    def __init__(self, most: int, most_of_a_prefix: int | None) -> None:
        self.most = most
        self.most_of_a_prefix = most_of_a_prefix
        self._prefixes: dict[Holder, bytes | None] = {}
        self._counts: Counter[bytes] = Counter()

    @property
    def is_full(self) -> bool:
        """Whether nobody else gets in."""
        return len(self._prefixes) >= self.most

    def prefix_is_full(self, prefix: bytes | None) -> bool:
        """Tell whether nobody else of a prefix gets in."""
        if prefix is None or self.most_of_a_prefix is None:
            return False
        return self._counts[prefix] >= self.most_of_a_prefix

    def enter(self, holder: Holder, prefix: bytes | None) -> None:
        """Count somebody."""
        self._prefixes[holder] = prefix
        if prefix is not None:
            self._counts[prefix] += 1

    def leave(self, holder: Holder) -> None:
        """Count somebody no longer."""
        prefix = self._prefixes.pop(holder)
        if prefix is not None:
            self._counts[prefix] -= 1
            if not self._counts[prefix]:
                del self._counts[prefix]

    def __iter__(self) -> Iterator[Holder]:
        return iter(list(self._prefixes))

    def __len__(self) -> int:
        return len(self._prefixes)
