"""QR codes to be shown (ISO/IEC 18004), error correction M."""

Modules = tuple[tuple[bool, ...], ...]
"""The rows of a code, dark is True, without the quiet zone of 4 modules that it needs."""

QUIET_MODULES = 4


def draw(text: str) -> Modules:
    """Return the smallest code that holds the text; alphanumeric text takes least room."""
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415 -- not before the first window
    from qrcode.main import QRCode  # noqa: PLC0415

    code: QRCode[object] = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make()
    return tuple(tuple(bool(module) for module in row) for row in code.modules)
