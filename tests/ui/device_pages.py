"""The pages of the settings and of one's devices, brought up over a fake core."""

from tests.fakes.fake_node import FakeNode
from tests.fakes.stage import Page, Stage, Stages


async def look(stages: Stages) -> Stage:
    stage = stages(FakeNode())
    await stage.shown("own.settings")
    stage.click("own.settings")
    await stage.shown("settings.list")
    return stage


DEVICE_PAGES: tuple[Page, ...] = (look,)
