"""A parser of foreign bytes, and what it is fed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from whisp_desktop.protocol.errors import PeerError

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Target:
    """One parser, called anew with each input.

    name -- the parser's module and qualified name below `whisp_desktop`, then what is special
    seeds -- inputs that it takes
    refusal -- the one error that it may raise
    exact -- nothing but its seeds is taken: the input is signed, sealed or bound
    """

    name: str
    parse: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    refusal: type[Exception] = PeerError
    exact: bool = False

    def feed(self, data: bytes) -> None:
        """Parse; any error but a refusal comes out, and so does an input that must not be taken."""
        try:
            self.parse(data)
        except self.refusal:
            return
        assert not self.exact or data in self.seeds, "what must be refused was taken"

    def corpus(self) -> dict[str, bytes]:
        """Return the inputs that are kept of earlier runs, by their file's name."""
        folder = CORPUS / self.name
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*"))}


def from_text(parse: Callable[[str], object]) -> Callable[[bytes], object]:
    """Return a parser of bytes: what is not UTF-8 becomes half a surrogate pair, as Qt has them."""
    return lambda data: parse(data.decode("utf-8", "surrogateescape"))
