"""The sheets of adding a device: the code to scan, the code to read out, the digits, the end."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from whisp_desktop.session.events import EnrollStep
from whisp_desktop.ui import theme
from whisp_desktop.ui.viewmodels.adding import AddingViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.code_picture import CodePicture
from whisp_desktop.ui.views.digit_boxes import DigitBoxes
from whisp_desktop.ui.views.digit_groups import DigitGroups
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.halves import Halves
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.question_sheets import answer_row, cancel_button
from whisp_desktop.ui.views.ring import BusyRing, TimerRing
from whisp_desktop.ui.views.sheet import Sheet
from whisp_desktop.ui.views.switch import Switch

_NEAR_PX, _FAR_PX, _PICTURE_PX, _RING_PX, _CODE_PX = 600, 520, 266, 36, 32
_SIX = (1,) * 6


class NearSheet(Sheet):
    """The code that the new device scans; the switch makes another one."""

    def __init__(self, window: QWidget, adding: AddingViewModel) -> None:
        super().__init__(window, "card", adding.tr("Add a device next to you"), _NEAR_PX)
        self._adding = adding
        self._picture = CodePicture("", _PICTURE_PX)
        self._picture.setObjectName("adding.picture")
        self._left = _Left(self.tr("The code works once."))
        self._cancel = cancel_button(self)
        self.column.addWidget(Halves(self._picture, self._steps()))
        worthless = self.tr(
            "A photograph of this code is worth nothing: next you type six digits that only your"
            " own new device shows."
        )
        self.column.addWidget(Notice("sunken", "fact", worthless))
        self.column.addLayout(self._account_key())
        self.column.addWidget(answer_row(self._cancel))
        adding.changed.connect(self._renew)
        self._renew()

    def first_control(self) -> QWidget:
        """Let nothing happen."""
        return self._cancel

    def _steps(self) -> QWidget:
        choice = self.tr("I have Whisp on another device")
        words = (
            Words(self.tr("Open Whisp on the new device.")),
            Words(self.tr("Choose {choice}.").format(choice=choice)),
            Words(self.tr("Hold this screen in front of its camera.")),
        )
        words[1].set_strong(choice)
        steps = QWidget()
        column = QVBoxLayout(steps)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for number, sentence in enumerate(words, 1):
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(Words(str(number), "strong", "accent"), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(sentence, 1)
            column.addLayout(row)
        column.addWidget(self._left)
        column.addStretch(1)
        return steps

    def _account_key(self) -> QHBoxLayout:
        heading = self.tr("Give it my account key as well")
        self._switch = Switch(heading)
        self._switch.setObjectName("adding.accountKey")
        self._switch.setChecked(self._adding.hand_over)
        self._switch.toggled.connect(self._adding.set_hand_over)
        self._means = Words("", "caption", "text2")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Words(heading, "strong"))
        words.addWidget(self._means)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._switch, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        return row

    def _renew(self) -> None:
        adding = self._adding
        if adding.shown:
            self._picture.set_text(adding.shown)
        else:
            self._picture.clear()
        self._left.show_left(adding)
        name = self.tr("Code for the other device, {left}").format(left=self._left.words)
        self._picture.setAccessibleName(name)
        self._means.setText(
            self.tr("On: the new device can add others too. Revoking it ends the account.")
            if adding.hand_over
            else self.tr(
                "Off: the new device can talk, but cannot add others. Revoking a device that holds"
                " it ends the account."
            )
        )


class FarSheet(Sheet):
    """The code that is read out."""

    def __init__(self, window: QWidget, adding: AddingViewModel) -> None:
        super().__init__(window, "code", adding.tr("Add a device somewhere else"), _FAR_PX)
        self._adding = adding
        choice = self.tr("Enter a code instead")
        how = Words(
            self.tr(
                "Read this code to the person at the new device, over a call where you know the"
                " voice. There, choose {choice}."
            ).format(choice=choice),
            "body",
            "text2",
        )
        how.set_strong(choice)
        self._digits = DigitGroups(self.tr("Code for the other device"), _CODE_PX, "·")
        self._digits.setObjectName("adding.code")
        self._left = _Left(
            self.tr("One attempt. A wrong digit burns the code, and both screens say so.")
        )
        self._burn = Button(self.tr("Burn this code"), "quiet-danger")
        self._burn.setObjectName("adding.burn")
        self._burn.clicked.connect(self.dismiss)
        self._waiting = _Waiting(self.tr("Waiting for the other device"))
        self.column.addWidget(how)
        self.column.addWidget(self._digits)
        self.column.addWidget(self._left)
        self.column.addWidget(
            Notice(
                "warn",
                "caution",
                self.tr(
                    "Next, that device shows six digits. Whoever holds it will speak as you. Type"
                    " the digits only if you know the voice that reads them."
                ),
            )
        )
        self.column.addWidget(self._waiting)
        self.column.addWidget(answer_row(self._burn))
        adding.changed.connect(self._renew)
        self._renew()

    def first_control(self) -> QWidget:
        """Let the code be read."""
        return self._digits

    def _renew(self) -> None:
        self._digits.show_digits(self._adding.shown)
        self._left.show_left(self._adding)


class ConfirmSheet(Sheet):
    """*Type the six digits*: one try."""

    def __init__(self, window: QWidget, adding: AddingViewModel) -> None:
        super().__init__(window, "computer", adding.tr("Type the six digits"))
        self._adding = adding
        self._boxes = DigitBoxes(self.tr("The six digits"), _SIX)
        self._boxes.setObjectName("adding.digits")
        self._boxes.textChanged.connect(self._renew)
        self._boxes.returnPressed.connect(self._confirm)
        self._cancel = cancel_button(self)
        self._verb = Button(self.tr("Add device"), "primary")
        self._verb.setObjectName("adding.confirm")
        self._verb.clicked.connect(self._confirm)
        by_code = self.tr(
            "Whoever holds that device will speak as you. Type the digits only if you know the"
            " voice that reads them."
        )
        by_qr = self.tr(
            "Whoever holds that device will speak as you. Is it in your hands? Never type digits"
            " that somebody reads to you."
        )
        lead = self.tr("Your new device shows six digits. Type them here.")
        self.column.addWidget(Words(lead, "body", "text2"))
        self.column.addWidget(self._boxes)
        self.column.addWidget(Notice("warn", "caution", by_code if adding.by_code else by_qr))
        once = self.tr("One try. Nothing has been handed over yet.")
        self.column.addWidget(Words(once, "caption", "text2"))
        self.column.addWidget(answer_row(self._cancel, self._verb))
        self.dismissed.connect(self._boxes.forget)
        adding.changed.connect(self._renew)
        self._renew()

    def first_control(self) -> QWidget:
        """Let somebody type."""
        return self._boxes

    def _confirm(self) -> None:
        if self._boxes.is_full:
            self._adding.confirm(self._boxes.text())

    def _renew(self) -> None:
        self._verb.setEnabled(self._boxes.is_full)
        self._verb.set_busy(busy=self._adding.confirming)
        self._boxes.setReadOnly(self._adding.confirming)


class OutcomeSheet(Sheet):
    """The device is there, or why it is not; then another code can be made."""

    def __init__(self, window: QWidget, adding: AddingViewModel) -> None:
        done = adding.step is EnrollStep.DONE
        title = adding.tr("Device added") if done else adding.tr("No device was added")
        super().__init__(window, "done" if done else "failed", title)
        self._close = Button(self.tr("Close"))
        self._close.setObjectName("adding.close")
        self._close.clicked.connect(self.dismiss)
        buttons = [self._close]
        if done:
            sentence = Words(
                self.tr(
                    "It has keys of its own now, and can talk. Messages are never copied between"
                    " devices."
                )
            )
            self.column.addWidget(sentence)
        else:
            notice = Notice("danger", "caution", adding.say)
            notice.words.setObjectName("adding.why")
            self.column.addWidget(notice)
            again = Button(self.tr("Make a new one"), "primary", "again")
            again.setObjectName("adding.again")
            again.clicked.connect(adding.begin)
            buttons.append(again)
        self.column.addWidget(answer_row(*buttons))

    def first_control(self) -> QWidget:
        """Let nothing happen."""
        return self._close


class _Left(QWidget):
    """The ring that drains, the time in words, and a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self._ring = TimerRing(theme.current().px(_RING_PX), 4, "accent")
        self._words = Words("", "strong")
        self._words.setObjectName("adding.left")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._words)
        words.addWidget(Words(sentence, "caption", "text2"))
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._ring)
        row.addLayout(words, 1)

    @property
    def words(self) -> str:
        """The time that is left."""
        return self._words.text()

    def show_left(self, adding: AddingViewModel) -> None:
        """Show the time that is left, or that the other device has come."""
        self._ring.set_left(adding.share_left)
        self._words.setText(self._say(adding))

    def _say(self, adding: AddingViewModel) -> str:
        if adding.step is EnrollStep.AGREEING:
            return self.tr("The other device is there")
        if not adding.shown:
            return self.tr("Asking the server…")
        minutes, seconds = divmod(adding.seconds_left, 60)
        if adding.by_code and minutes:
            left = self.tr("{minutes} min {seconds} s left")
            return left.format(minutes=minutes, seconds=seconds)
        if adding.seconds_left == 1:
            return self.tr("1 second left")
        return self.tr("%n seconds left", "", adding.seconds_left)


class _Waiting(QWidget):
    """A turning ring, and what is awaited."""

    def __init__(self, words: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(BusyRing(theme.current().px(18), "accent"))
        row.addWidget(Words(words, "body", "text2"), 1)
