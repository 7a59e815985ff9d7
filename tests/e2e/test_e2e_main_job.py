from pathlib import Path

from tests.e2e.world import world


async def test_a_manager_gets_an_invoice_and_an_act(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        asked = w.say(w.anna, "/invoice alice 1500")
        answer = await w.document(asked)
        assert answer.document is not None
        assert answer.document.content.startswith(b"%PDF-")
