"""Settings, *Look*: light, dark, or as the system."""

from whisp_desktop.ui import theme
from whisp_desktop.ui.views.card import Card, CardRow
from whisp_desktop.ui.views.segments import Segments
from whisp_desktop.ui.views.settings import SettingsPage


class LookPage(SettingsPage):
    """Each choice is seen at once."""

    def __init__(self) -> None:
        super().__init__(self.tr("Look"))
        names = {
            theme.Appearance.SYSTEM: self.tr("As the system"),
            theme.Appearance.LIGHT: self.tr("Light"),
            theme.Appearance.DARK: self.tr("Dark"),
        }
        choices = Segments(tuple(names.values()))
        for part, appearance in zip(choices.parts, names, strict=True):
            part.setObjectName(f"look.{appearance}")
            part.setChecked(theme.current().appearance is appearance)
            part.clicked.connect(lambda _=False, one=appearance: _dress(one))
        row = CardRow("look", self.tr("Colours"), self.tr("Of every page of Whisp."))
        row.put_beside(choices)
        card = Card()
        card.add(row)
        self.body.addWidget(card)


def _dress(appearance: theme.Appearance) -> None:
    theme.current().set_appearance(appearance)
