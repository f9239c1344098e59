"""The first row of the left column: face, name, presence, and the gear."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from whisp_desktop.ui import icons, theme
from whisp_desktop.ui.names import plain_name
from whisp_desktop.ui.viewmodels.account import AccountViewModel
from whisp_desktop.ui.views.buttons import IconButton
from whisp_desktop.ui.views.face import Face
from whisp_desktop.ui.views.fields import Elided
from whisp_desktop.ui.views.focus_ring import ring_control
from whisp_desktop.ui.views.later import say_later

ROW_PX, INSET_PX = 64, 16


class OwnRow(QWidget):
    """Who one is here."""

    settings_asked = Signal()
    card_asked = Signal()
    """Somebody wants to show their card."""
    adding_asked = Signal()
    """Somebody has the card or the link of another person."""

    def __init__(self, account: AccountViewModel) -> None:
        super().__init__()
        self.setFixedHeight(max(ROW_PX, theme.current().px(ROW_PX)))
        self._account = account
        self._face = Face(36, "window")
        self._name = Elided("", "strong")
        self._name.setObjectName("own.name")
        self._gear = IconButton("settings", self.tr("Settings"), sign_px=22)
        self._gear.setObjectName("own.settings")
        self._gear.clicked.connect(self.settings_asked)
        presence = _PresenceButton()
        presence.card_asked.connect(self.card_asked)
        presence.adding_asked.connect(self.adding_asked)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(presence, 0, Qt.AlignmentFlag.AlignLeading)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET_PX, 0, 8, 0)
        row.setSpacing(9)
        row.addWidget(self._face)
        row.addLayout(words, 1)
        row.addWidget(self._gear)
        account.changed.connect(self._renew)
        self._renew()

    def _renew(self) -> None:
        account = self._account.account
        if account is not None:
            self._name.setText(plain_name(account.name))
            self._face.show_person(account.name, account.account_key, "online")


class _PresenceButton(QAbstractButton):
    """*Online* with a small arrow; opens the menu of presences and of one's card."""

    card_asked = Signal()
    adding_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("own.presence")
        self.setText(self.tr("Online"))
        self.setAccessibleName(self.tr("You appear as online"))
        self.setFont(theme.current().font("caption"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        ring_control(self, 6)

    def sizeHint(self) -> QSize:
        """Return room for the word and the arrow."""
        words_px = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(words_px + theme.current().px(15), theme.current().line_height_px("small"))

    def minimumSizeHint(self) -> QSize:
        """Return the same: neither is cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the word and the arrow behind it."""
        colors = theme.current()
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(colors.color("text" if self.underMouse() else "text2"))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.setLayoutDirection(self.layoutDirection())
        painter.drawText(self.rect(), align, self.text())
        side = colors.px(12)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = QPointF(0 if mirrored else self.width() - side, (self.height() - side) / 2 + 1)
        box = QRectF(corner, QSize(side, side))
        icons.paint(painter, "unfold", box, colors.color("text2"))

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        online = menu.addAction(self.tr("Online"))
        online.setCheckable(True)
        online.setChecked(True)
        say_later(menu.addAction(self.tr("Away")))
        say_later(menu.addAction(self.tr("Invisible")))
        menu.addSeparator()
        card = menu.addAction(icons.icon("card"), self.tr("Show my card…"))
        card.setObjectName("own.card")
        card.triggered.connect(self.card_asked)
        adding = menu.addAction(icons.icon("find"), self.tr("Add a contact…"))
        adding.setObjectName("own.add")
        adding.triggered.connect(self.adding_asked)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
