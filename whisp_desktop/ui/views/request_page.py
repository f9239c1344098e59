"""Somebody wants to talk: who, how they found you, the safety number, and the answer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.request import RequestViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.card import Card, CardRow
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.page import Page
from whisp_desktop.ui.views.page_head import PageHead
from whisp_desktop.ui.views.ring import TimerRing
from whisp_desktop.ui.views.safety_digits import SafetyDigits
from whisp_desktop.ui.views.turning_row import ButtonRow

_RING_PX = 18


class RequestPage(Page):
    """Follows one `RequestViewModel`. *Accept* is never the default button."""

    dismissed = Signal()
    """There is nothing left to answer, and it was read."""

    def __init__(self, view_model: RequestViewModel) -> None:
        super().__init__()
        self.view_model = view_model
        self.setAccessibleName(view_model.heading)
        self._ring = TimerRing(theme.current().px(_RING_PX), 3, "text2")
        self._left = Words("", "body", "text2")
        self._left.setObjectName("request.left")
        self._left.setWordWrap(False)
        self._trouble = Notice("danger", "failed", "")
        self._over = Notice("sunken", "fact", "")
        self._over.words.setObjectName("request.over")
        self._answers = self._answer_row()
        self._close = Button(self.tr("Close"))
        self._close.setObjectName("request.close")
        self._close.clicked.connect(self.dismissed)
        sent_nothing = Words(
            self.tr("Your computer has sent nothing yet. Declining sends nothing either."),
            "caption",
            "text2",
        )
        sent_nothing.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        self._sent_nothing = sent_nothing
        self.body.setSpacing(20)
        self.body.addWidget(self._head())
        self.body.addWidget(self._card())
        if not view_model.verified:
            caution = Notice("warn", "not-verified", view_model.caution)
            caution.words.set_strong(view_model.mark)
            self.body.addWidget(caution)
        self.body.addWidget(self._trouble)
        self.body.addWidget(self._over)
        foot = QVBoxLayout()
        foot.setSpacing(14)
        foot.addWidget(self._answers)
        foot.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTrailing)
        foot.addWidget(sent_nothing)
        self.body.addLayout(foot)
        view_model.changed.connect(self._renew)
        self._renew()

    def focus_safe(self) -> None:
        """Put the keyboard on the button that commits to nothing."""
        self._decline.setFocus(Qt.FocusReason.OtherFocusReason)

    def _renew(self) -> None:
        view_model = self.view_model
        self._ring.set_left(view_model.share_left)
        self._left.setText(self.tr("%n s", "", view_model.seconds_left))
        _say(self._trouble, view_model.trouble)
        _say(self._over, view_model.over)
        is_over = bool(view_model.over)
        for part in (self._answers, self._sent_nothing, self._ring, self._left):
            part.setVisible(not is_over)
        self._close.setVisible(is_over)
        self._accept.set_busy(busy=view_model.busy)

    def _head(self) -> PageHead:
        asked = self.view_model.asked
        heading = Words(self.view_model.heading, "display")
        heading.setObjectName("request.heading")
        countdown = QWidget()
        row = QHBoxLayout(countdown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._ring)
        row.addWidget(self._left)
        head = PageHead(heading, Words(self.view_model.acquaintance, "body", "text2"), countdown)
        head.face.show_person(asked.name, asked.account_key)
        return head

    def _card(self) -> Card:
        view_model = self.view_model
        digits = SafetyDigits()
        digits.setObjectName("request.safety")
        digits.show_number(view_model.asked.safety_number)
        card = Card()
        card.add(CardRow("find", *view_model.way))
        if view_model.did_work:
            card.add(
                CardRow(
                    "work",
                    self.tr("Did the work for a first request"),
                    self.tr(
                        "The other computer worked about 2 seconds for it."
                        " That slows down mass requests."
                    ),
                )
            )
        safety = CardRow(
            "safety-number",
            self.tr("Safety number"),
            self.tr("Compare it with the person over a call or face to face."),
        )
        safety.add_below(digits)
        card.add(safety)
        return card

    def _answer_row(self) -> ButtonRow:
        block = Button(self.tr("Block"), "quiet-danger", "block")
        block.setObjectName("request.block")
        block.clicked.connect(self.view_model.block)
        self._decline = Button(self.tr("Decline"))
        self._decline.setObjectName("request.decline")
        self._decline.clicked.connect(self.view_model.decline)
        self._accept = Button(self.tr("Accept"), "primary")
        self._accept.setObjectName("request.accept")
        self._accept.clicked.connect(self.view_model.accept)
        row = ButtonRow()
        row.add(block)
        row.add_space()
        row.add(self._decline)
        row.add(self._accept)
        return row


def _say(notice: Notice, sentence: str) -> None:
    notice.say(sentence)
    notice.setVisible(bool(sentence))
