"""A file becomes documents, through a power cut, and each of its invoices is made once."""

import io
import zipfile

from tests.e2e.conftest import OpenWorld
from tests.e2e.world import World

_ROWS = 6


def _file() -> bytes:
    return ("user;sum\n" + "".join(f"alice;{100 + row}\n" for row in range(_ROWS))).encode()


async def _names_in_zip(w: World) -> list[str]:
    def packed() -> bytes | None:
        return next((one.content for one in w.telegram.documents(w.anna.id) if one.name.endswith(".zip")), None)

    content = await w.telegram.wait_for(packed, timeout=60)
    assert content is not None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(archive.read(name).startswith(b"%PDF-") for name in archive.namelist())
        return archive.namelist()


async def test_a_batch_goes_on_after_a_power_cut(open_world: OpenWorld) -> None:
    async with open_world(pace=0.3, judged=False) as w:
        sent = w.telegram.attach(w.anna, w.anna.id, "november.csv", _file(), caption="/batch")
        shown = await w.reply(sent, lambda message: bool(message.buttons))
        assert f"New invoices: {_ROWS}" in shown.text
        assert not w.vendor.invoices
        await w.answered(w.press(w.anna, shown, "bstart"))
        await w.requests(2)
        await w.bot.kill()
        w.bot.start()
        names = await _names_in_zip(w)
        made = [int(invoice.amount) for invoice in w.vendor.invoices]
        assert made == sorted(set(made))
        assert set(range(100, 100 + _ROWS)) == set(made)
        # The power cut may have met a row whose answer was on its way: that one is told, and is not in the archive.
        assert len(names) >= _ROWS - 1
        await w.telegram.wait_for(lambda: "done" in shown.text, timeout=30)


async def test_pdfs_come_as_they_are_made_and_what_has_piled_up_as_an_album(open_world: OpenWorld) -> None:
    async with open_world(pace=0.1, judged=False) as w:
        sent = w.telegram.attach(w.anna, w.anna.id, "november.csv", _file(), caption="/batch")
        shown = await w.reply(sent, lambda message: bool(message.buttons))
        await w.answered(w.press(w.anna, shown, "beach"))
        # Telegram is away until all rows are made.
        w.telegram.faults.server_error("sendDocument", count=None)
        await w.answered(w.press(w.anna, shown, "bstart"))
        await w.requests(_ROWS)
        w.telegram.faults.clear()
        w.telegram.faults.server_error("sendMediaGroup")

        def arrived() -> bool:
            return sum(one.name.endswith(".pdf") for one in w.telegram.documents(w.anna.id)) >= _ROWS

        await w.telegram.wait_for(arrived, timeout=60)
        names = [one.name for one in w.telegram.documents(w.anna.id) if one.name.endswith(".pdf")]
        assert len(set(names)) == _ROWS
        albums = {message.extra.get("media_group_id") for message in w.telegram.chat(w.anna.id).visible()} - {None}
        assert albums
        await w.telegram.wait_for(lambda: w.telegram.documents(w.anna.id)[-1].name == "batch-1.xlsx", timeout=30)
