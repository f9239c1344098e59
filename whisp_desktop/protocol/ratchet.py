"""The ratchet: Signal's Double Ratchet with header encryption and one ML-KEM-768 step a turn.

Turns alternate; whose turn it is begins it by sending. A frame that is refused changes nothing,
and no frame opens twice. What each event does stands in the wire specification (README.md).
"""

from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from whisp_desktop.protocol.aead import NO_NONCE, TAG_BYTES
from whisp_desktop.protocol.chains import (
    MOST_STORED,
    ReceivingChain,
    SendingChain,
    forget,
    overwrite,
    overwrite_all,
)
from whisp_desktop.protocol.errors import PeerError
from whisp_desktop.protocol.handshake import Agreement
from whisp_desktop.protocol.kdf import BytesLike, hkdf, label
from whisp_desktop.protocol.keys import (
    AgreementKey,
    Encapsulate,
    KemKey,
    Random,
    Secret,
    check_kem_public,
)
from whisp_desktop.protocol.padding import FIRST_FRAME_SIZES, FRAME_SIZES, frame_size, pad, unpad
from whisp_desktop.protocol.turns import OurTurn, TheirTurn

LATER_IN_TURN = 0x10
FIRST_OF_TURN = 0x11

_RK = label("rk")
_LATER = bytes((LATER_IN_TURN,))
_FIRST = bytes((FIRST_OF_TURN,))
_NONCE_END = 13
_HEADER_HEAD = Struct(">32sI")  # DHs, pn: the same in all frames of a turn
_FIRST_HEADER = Struct(">32sII1184s1088s")
_LATER_PREFIX_BYTES = _NONCE_END + _HEADER_HEAD.size + 4 + TAG_BYTES
_FIRST_PREFIX_BYTES = _NONCE_END + _FIRST_HEADER.size + TAG_BYTES


class Ratchet:
    """One side of a session.

    Takes out of the agreement all that it starts from, and leaves `fa`, `fb` and `kpair` there.
    """

    def __init__(self, agreement: Agreement, random: Random, encapsulate: Encapsulate) -> None:
        self._random = random
        self._encapsulate = encapsulate
        self._sid = agreement.sid
        self._later_ad = _LATER + agreement.sid
        self._first_ad = _FIRST + agreement.sid
        self._root_key = bytearray(agreement.rk.data)
        own, theirs = agreement.hka, agreement.nhkb
        if not agreement.initiator:
            own, theirs = theirs, own
        self._next_own_cipher = ChaCha20Poly1305(own.data)
        self._next_their_cipher = ChaCha20Poly1305(theirs.data)
        for secret in (agreement.rk, own, theirs):
            secret.close()
        self._turn: OurTurn | TheirTurn = OurTurn(agreement.their_dh, agreement.their_kem)
        if agreement.own_dh is not None and agreement.own_kem is not None:
            self._turn = TheirTurn(agreement.own_dh, agreement.own_kem)
            agreement.own_dh = agreement.own_kem = None
        self._sending: SendingChain | None = None
        # Their turn that is on, then ended ones with stored keys, the newest first.
        self._chains: list[ReceivingChain] = []
        self._closed = False

    @property
    def can_send(self) -> bool:
        """Whether `encrypt` may be called: the responder waits for the first frame."""
        return not self._closed and (isinstance(self._turn, OurTurn) or self._sending is not None)

    def encrypt(self, kind: int, body: bytes) -> bytes:
        """Return a frame, 256 to 16,384 bytes. ValueError unless `can_send`.

        The body has at most 14,000 bytes.
        """
        self._check_open()
        try:
            if isinstance(self._turn, OurTurn):
                return self._begin_turn(self._turn, kind, body)
            if self._sending is None:
                raise ValueError("this side cannot send before the other's first frame")
            return self._go_on(self._sending, kind, body)
        finally:
            self._check_open()

    def prepare(self) -> None:
        """Make the ML-KEM pair of our next turn now, while nobody waits for a frame.

        It may be made ahead: what a turn of ours adds to the root key is encapsulated to *their*
        pair. The X25519 pair may not: whoever has this side's state could follow it into the turn.
        """
        turn = self._turn
        if self.can_send and isinstance(turn, OurTurn) and turn.own_kem is None:
            turn.own_kem = KemKey.generate(self._random)
            if self._closed:
                turn.close()

    def _check_open(self) -> None:
        """Raise ValueError if closed: also amid a frame, by a panic in another thread.

        What was kept since then is overwritten as well.
        """
        if self._closed:
            self.close()
            raise ValueError("the ratchet is closed")

    def _go_on(self, chain: SendingChain, kind: int, body: bytes) -> bytes:
        header = chain.header_head + chain.sent.to_bytes(4, "big")
        prefix = self._seal_header(_LATER, chain.header_cipher, header, self._later_ad)
        size = frame_size(len(body), _LATER_PREFIX_BYTES + TAG_BYTES, FRAME_SIZES)
        return self._seal(chain, prefix, size, kind, body)

    def _begin_turn(self, turn: OurTurn, kind: int, body: bytes) -> bytes:
        size = frame_size(len(body), _FIRST_PREFIX_BYTES + TAG_BYTES, FIRST_FRAME_SIZES)
        ended, header_cipher = self._sending, self._next_own_cipher
        own_dh = AgreementKey.generate(self._random)
        own_kem = turn.own_kem or KemKey.generate(self._random)
        ciphertext, shared = self._encapsulate(turn.kem)
        with shared, own_dh.exchange(turn.dh) as dh:
            root = self._next_root(dh, shared)
        head = _HEADER_HEAD.pack(own_dh.public, 0 if ended is None else ended.sent)
        chain = SendingChain(header_cipher, root[32:64], head)
        header = b"".join((head, bytes(4), own_kem.public, ciphertext))
        prefix = self._seal_header(_FIRST, header_cipher, header, self._first_ad)
        frame = self._seal(chain, prefix, size, kind, body)
        self._next_own_cipher = self._take_root(root)
        self._turn = TheirTurn(own_dh, own_kem)
        self._sending = chain
        if ended is not None:
            ended.close()
        return frame

    def _seal_header(
        self, kind: bytes, cipher: ChaCha20Poly1305, header: bytes, ad: bytes
    ) -> bytes:
        nonce = self._random(12)
        return b"".join((kind, nonce, cipher.encrypt(nonce, header, ad)))

    def _seal(self, chain: SendingChain, prefix: bytes, size: int, kind: int, body: bytes) -> bytes:
        padded = pad(kind, body, size - len(prefix) - TAG_BYTES)
        step = chain.next_step()
        cipher = ChaCha20Poly1305(memoryview(step)[32:])
        sealed = cipher.encrypt(NO_NONCE, padded, self._sid + prefix)
        overwrite(step)
        overwrite(padded)
        return prefix + sealed

    def decrypt(self, frame: bytes) -> tuple[int, bytes]:
        """Return kind and body. PeerError: the frame is refused, and nothing has changed."""
        self._check_open()
        try:
            if frame.startswith(_LATER) and len(frame) in FRAME_SIZES:
                return self._open_later(frame)
            if frame.startswith(_FIRST) and len(frame) in FIRST_FRAME_SIZES:
                return self._open_first(frame)
            raise PeerError("a frame has another form")
        finally:
            self._check_open()

    def _open_later(self, frame: bytes) -> tuple[int, bytes]:
        chain, n = self._find_chain(frame)
        stored = chain.stored.get(n)
        if stored is not None:
            opened = self._open_body(frame, _LATER_PREFIX_BYTES, stored)
            chain.drop(n)
            self._tidy_stored()
            return opened
        if chain is not self._chains[0]:
            raise PeerError("a frame of an earlier turn was opened before")
        overtaken = chain.look_ahead(n)
        step = chain.step_after(overtaken)
        try:
            opened = self._open_body(frame, _LATER_PREFIX_BYTES, memoryview(step)[32:])
        except PeerError:
            overwrite_all(step, *overtaken)
            raise
        chain.skip(overtaken)
        chain.use(step)
        if overtaken:
            self._tidy_stored()
        return opened

    def _find_chain(self, frame: bytes) -> tuple[ReceivingChain, int]:
        """Find whose frame this is, and its n: of the turn that is on, else newest first."""
        nonce, sealed = frame[1:_NONCE_END], frame[_NONCE_END:_LATER_PREFIX_BYTES]
        for chain in self._chains:
            try:
                header = chain.header_cipher.decrypt(nonce, sealed, self._later_ad)
            except InvalidTag:
                continue
            return chain, int.from_bytes(header[_HEADER_HEAD.size :], "big")
        raise PeerError("no header key opens a frame")

    def _open_first(self, frame: bytes) -> tuple[int, bytes]:
        turn = self._turn
        if isinstance(turn, OurTurn):
            raise PeerError("a turn begins that is not theirs")
        header_cipher = self._next_their_cipher
        their_dh, sent_before, n, their_kem, ciphertext = self._open_first_header(
            frame, header_cipher
        )
        check_kem_public(their_kem)
        if n != 0 or (sent_before != 0 and not self._chains):
            raise PeerError("the first frame of a turn counts wrong")
        overtaken = self._chains[0].look_ahead(sent_before) if self._chains else []
        root = chain_key = step = bytearray()
        try:
            with turn.dh.exchange(their_dh) as dh, turn.kem.decapsulate(ciphertext) as shared:
                root = self._next_root(dh, shared)
            chain_key = root[32:64]
            chain = ReceivingChain(header_cipher, chain_key)
            step = chain.step_after([])
            opened = self._open_body(frame, _FIRST_PREFIX_BYTES, memoryview(step)[32:])
        except Exception:
            overwrite_all(root, chain_key, step, *overtaken)
            raise
        chain.use(step)
        if self._chains:
            self._chains[0].skip(overtaken)
            self._chains[0].end()
        self._chains.insert(0, chain)
        self._next_their_cipher = self._take_root(root)
        turn.close()
        self._turn = OurTurn(their_dh, their_kem)
        self._tidy_stored()
        return opened

    def _open_first_header(
        self, frame: bytes, cipher: ChaCha20Poly1305
    ) -> tuple[bytes, int, int, bytes, bytes]:
        """Return DHs, pn, n, ek and ct."""
        nonce, sealed = frame[1:_NONCE_END], frame[_NONCE_END:_FIRST_PREFIX_BYTES]
        try:
            header = cipher.decrypt(nonce, sealed, self._first_ad)
        except InvalidTag:
            raise PeerError("the header key does not open a frame") from None
        return _FIRST_HEADER.unpack(header)

    def _open_body(
        self, frame: bytes, prefix_bytes: int, message_key: BytesLike
    ) -> tuple[int, bytes]:
        padded = bytearray(len(frame) - prefix_bytes - TAG_BYTES)
        sealed = memoryview(frame)[prefix_bytes:]
        cipher = ChaCha20Poly1305(message_key)
        try:
            cipher.decrypt_into(NO_NONCE, sealed, self._sid + frame[:prefix_bytes], padded)
            return unpad(padded)
        except InvalidTag:
            raise PeerError("the message key does not open a frame") from None
        finally:
            overwrite(padded)

    def _next_root(self, dh: Secret, shared: Secret) -> bytearray:
        """Return KDF_RK's `RK | CK | NHK`, 96 bytes."""
        both = dh.data + shared.data
        root = hkdf(self._root_key, both, _RK, 96)
        overwrite(both)
        return root

    def _take_root(self, root: bytearray) -> ChaCha20Poly1305:
        """Keep the new RK, return the cipher of NHK; overwrites `root`."""
        self._root_key[:] = root[:32]
        cipher = ChaCha20Poly1305(memoryview(root)[64:])
        overwrite(root)
        return cipher

    def _tidy_stored(self) -> None:
        """Keep at most 64 stored keys, the newest, and no ended turn that has none."""
        surplus = sum(len(chain.stored) for chain in self._chains) - MOST_STORED
        for chain in reversed(self._chains):
            while surplus > 0 and chain.stored:
                chain.drop(next(iter(chain.stored)))
                surplus -= 1
        self._chains[1:] = [chain for chain in self._chains[1:] if chain.stored]

    def close(self) -> None:
        """Overwrite every key; the flag is up before the first is touched.

        It waits for nothing and may come from another thread (panic).
        """
        self._closed = True
        overwrite(self._root_key)
        for chain in self._chains:
            chain.close()
        if self._sending is not None:
            self._sending.close()
        self._turn.close()
        forget(self, "_next_own_cipher", "_next_their_cipher")
