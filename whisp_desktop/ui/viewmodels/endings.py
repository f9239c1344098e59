"""What the pane says when a conversation, or the way to one, is over (look.md §9)."""

from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication

from whisp_desktop.session.events import SessionEnd
from whisp_desktop.ui.names import in_sentence

translate = QCoreApplication.translate


class Ending(NamedTuple):
    """A title, what follows from it, and the line under the name in the header."""

    title: str
    words: str
    header: str


NOT_BEGUN: Final = frozenset({SessionEnd.NO_ANSWER, SessionEnd.UNREACHABLE, SessionEnd.NO_RELAY})
"""Ends that come before anything could be said."""


def ending(why: SessionEnd, name: str, *, by_me: bool, at: str) -> Ending:
    """Return the words for an end; `at` is the time of day, such as 14:31."""
    who = in_sentence(name)
    if why == SessionEnd.LEFT:
        return _left_by_me(who, at) if by_me else _left(who, at)
    title, words, header = _others(who)[why]
    return Ending(title, words, header.format(at=at))


def not_sent(count: int, name: str) -> str:
    """Return what is said of own messages that are not known to have arrived."""
    if count == 1:
        sentence = translate("Endings", "Not sent. Your last message may not have reached {who}.")
    else:
        sentence = translate(
            "Endings", "Not sent. Your last %n messages may not have reached {who}.", "", count
        )
    return sentence.format(who=in_sentence(name))


def _left(who: str, at: str) -> Ending:
    return Ending(
        translate("Endings", "{who} has left").format(who=who),
        translate(
            "Endings",
            "The conversation and its keys are gone from this computer. {who}’s Whisp erases its "
            "copy too, unless it was tampered with. What was photographed or written down stays.",
        ).format(who=who),
        translate("Endings", "Left at {at}").format(at=at),
    )


def _left_by_me(who: str, at: str) -> Ending:
    return Ending(
        translate("Endings", "You left."),
        translate(
            "Endings",
            "The conversation is gone from this computer. {who}’s Whisp erases its copy when it "
            "notices, within 15 seconds.",
        ).format(who=who),
        translate("Endings", "You left at {at}").format(at=at),
    )


def _others(who: str) -> dict[SessionEnd, tuple[str, str, str]]:
    over = translate("Endings", "Ended at {at}")
    not_reached = translate("Endings", "Not reached")
    return {
        SessionEnd.LOST: (
            translate("Endings", "Connection to {who} lost").format(who=who),
            translate(
                "Endings",
                "Nothing came from {who} for 15 seconds, so Whisp ended the conversation. It is "
                "gone from this computer.",
            ).format(who=who),
            translate("Endings", "Lost at {at}"),
        ),
        SessionEnd.LOCKED: (
            translate("Endings", "Whisp was locked"),
            translate("Endings", "Conversations ended when it locked."),
            over,
        ),
        SessionEnd.NO_ANSWER: (
            translate("Endings", "No answer"),
            translate("Endings", "{who} did not answer.").format(who=who),
            not_reached,
        ),
        SessionEnd.UNREACHABLE: (
            translate("Endings", "{who} was not reached").format(who=who),
            translate("Endings", "“{who}” cannot be reached now.").format(who=who),
            not_reached,
        ),
        SessionEnd.NO_RELAY: (
            translate("Endings", "{who} was not reached").format(who=who),
            translate(
                "Endings",
                "The relay did not answer. Your network address stays hidden, so Whisp did not "
                "try a direct path.",
            ),
            not_reached,
        ),
        SessionEnd.KEY_CHANGED: (
            translate("Endings", "{who}’s key is not the one you verified").format(who=who),
            translate(
                "Endings",
                "Either {who} made a new account, or somebody else answers under this name. Whisp "
                "cannot tell which. Ask {who} in another way, not here.",
            ).format(who=who),
            over,
        ),
        SessionEnd.PROTOCOL: (
            translate("Endings", "The conversation ended"),
            translate(
                "Endings",
                "{who}’s Whisp sent something that does not fit, so yours ended the conversation. "
                "It is gone from this computer.",
            ).format(who=who),
            over,
        ),
    }
