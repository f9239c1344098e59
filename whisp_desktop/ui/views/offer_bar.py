"""Contacts can be shared with another device of one's own: yes, or not."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from whisp_desktop.ui.viewmodels.offers import OffersViewModel
from whisp_desktop.ui.views.buttons import Button
from whisp_desktop.ui.views.notice import Notice
from whisp_desktop.ui.views.turning_row import ButtonRow


class OfferBar(QWidget):
    """There while somebody is to answer."""

    def __init__(self, offers: OffersViewModel) -> None:
        super().__init__()
        self._offers = offers
        self._notice = Notice("accent", "computer", "")
        self._notice.words.setObjectName("offer.question")
        self._share = Button(self.tr("Share"), "primary", dense=True)
        self._share.setObjectName("offer.share")
        self._share.clicked.connect(lambda: offers.answer(agreed=True))
        refuse = Button(self.tr("Do not share"), dense=True)
        refuse.setObjectName("offer.refuse")
        refuse.clicked.connect(lambda: offers.answer(agreed=False))
        answers = ButtonRow()
        answers.add(refuse)
        answers.add(self._share)
        self._notice.add_action(answers)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 0)
        column.addWidget(self._notice)
        offers.changed.connect(self._renew)
        self._renew()

    def _renew(self) -> None:
        question = self._offers.trouble or self._offers.question
        self._notice.say(question)
        self._share.set_busy(busy=self._offers.busy)
        self.setVisible(bool(question))
