"""What one is asked before a damaged book, or a whole profile, is put out of the way."""

from PySide6.QtWidgets import QWidget

from whisp_desktop.ui.viewmodels.account import AccountViewModel, Aside
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.fields import Words
from whisp_desktop.ui.views.sheet import Sheet
from whisp_desktop.ui.views.turning_row import ButtonRow


class AsideSheet(Sheet):
    """Asks, and then says where it is."""

    def __init__(self, window: QWidget, account: AccountViewModel) -> None:
        is_book = account.aside is Aside.BOOK
        title = (
            account.tr("Go on without contacts?") if is_book else account.tr("Begin with nothing?")
        )
        super().__init__(window, "caution", title, ink="warn")
        self._account = account
        self._words = Words(self._book() if is_book else self._profile(), "body", "text2")
        self._trouble = Words("", "small", "danger")
        self._trouble.hide()
        self._cancel = Button(self.tr("Cancel"))
        self._cancel.setObjectName("aside.cancel")
        self._cancel.clicked.connect(self.dismiss)
        self._verb = Button(self.tr("Set aside"), "danger")
        self._verb.setObjectName("aside.yes")
        self._verb.clicked.connect(self._act)
        buttons = ButtonRow()
        buttons.add_space()
        buttons.add(self._cancel)
        buttons.add(self._verb)
        self._go_on = Button(self.tr("Go on"), "primary")
        self._go_on.setObjectName("aside.goOn")
        self._go_on.clicked.connect(self.dismiss)
        self._go_on.hide()
        buttons.add(self._go_on)
        self.column.addWidget(self._words)
        self.column.addWidget(self._trouble)
        self.column.addWidget(buttons)
        account.changed.connect(self._renew)
        self.dismissed.connect(self._leave)

    def first_control(self) -> QWidget:
        """Let nothing happen."""
        return self._cancel

    def _book(self) -> str:
        return self.tr(
            "Contacts and settings begin empty. Your keys stay: type your username again, and you"
            " are back. A damaged file gets another name, and nothing of it is deleted."
        )

    def _profile(self) -> str:
        return self.tr(
            "Whisp begins as on its first day. Nothing is deleted: the old profile is kept in a"
            " folder of its own. With your recovery sheet, or another device of yours, you come"
            " back as who you were. Without, you are somebody new to your contacts."
        )

    def _act(self) -> None:
        self._verb.set_busy(busy=True)
        self._account.set_aside()

    def _renew(self) -> None:
        self._trouble.setText(self._account.aside_trouble)
        self._trouble.setVisible(bool(self._account.aside_trouble))
        self._verb.set_busy(busy=False)
        name = self._account.set_aside_as
        if name is None or self._go_on.isVisible():
            return
        said = self.tr("It is kept as “{name}” in Whisp’s folder.").format(name=name)
        self._words.setText(said if name else self.tr("There was no file left to keep."))
        self._cancel.hide()
        self._verb.hide()
        self._go_on.show()
        self.bring_into_view(self._go_on)

    def _leave(self) -> None:
        if self._account.set_aside_as is not None:
            self._account.open()
