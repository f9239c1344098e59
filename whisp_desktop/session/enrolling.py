"""What both sides of an enrollment say when it comes to nothing, and the frames that say so."""

from whisp_desktop.protocol.enrollment_frames import E4
from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.protocol.keys import Random
from whisp_desktop.protocol.padding import MEETING_FRAME_BYTES
from whisp_desktop.protocol.pake import P4


def no_token(random: Random) -> bytes:
    """Return a p4 that opens for nobody: the code was wrong, and the other side shall hear it."""
    return P4 + random(MEETING_FRAME_BYTES - 1)


def no_certificate(random: Random) -> bytes:
    """Return an e4 that opens for nobody: the digits were wrong, or it was stopped."""
    return E4 + random(MEETING_FRAME_BYTES - 1)


def wrong_code() -> RefusedError:
    """Say, on the new device, that the code typed was wrong."""
    say = "That code was wrong, and it is burnt. Make a new one on the other device."
    return RefusedError("wrong_code", say)


def guessed() -> RefusedError:
    """Say, on the old device, that somebody typed a wrong code."""
    say = "Somebody entered a wrong code, so this one is burnt. Make a new one."
    return RefusedError("wrong_code", say)


def interfered() -> RefusedError:
    """Say, on the old device, that what came through the mailbox was not from a Whisp."""
    say = "Stopped. Somebody else may have the code: make a new one, out of sight."
    return RefusedError("enroll_failed", say)


def overtaken() -> RefusedError:
    """Say, on the old device, that the list of devices has changed since the code was scanned."""
    say = "Stopped. Your list of devices has changed meanwhile. Make a new code and try again."
    return RefusedError("enroll_failed", say)


def ran_out() -> RefusedError:
    """Say that nobody came in time."""
    return RefusedError("token_expired", "This code has run out. Make a new one.")


def burnt() -> RefusedError:
    """Say that it was stopped here."""
    return RefusedError("stopped", "Stopped. This code does not work any more.")


def used() -> RefusedError:
    """Say, on the new device, that the mailbox is gone or somebody else's."""
    say = "This code was used already, or it has run out. Make a new one on the other device."
    return RefusedError("token_used", say)


def expired() -> RefusedError:
    """Say, on the new device, that the token's time is over, or far off."""
    say = "This code has run out, or a clock is wrong. Make a new one on the other device."
    return RefusedError("token_expired", say)


def not_finished() -> RefusedError:
    """Say, on the new device, that the old one did not go on."""
    say = "The other device has stopped. Nothing was handed over. Make a new code there."
    return RefusedError("enroll_failed", say)
