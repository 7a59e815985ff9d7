"""No statement reads a table that grows from end to end, on either engine: a long past costs nothing."""

from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db import documents
from db.engine import Database
from tests.support.databases import Databases, EngineName
from tests.unit.db.plans.crowd import crowded
from tests.unit.db.plans.plan import Recorder, Statement, scans
from tests.unit.db.plans.samples import SAMPLES, Sample, repository_functions


@pytest.fixture
def crowd_url(databases: Databases, engine: EngineName) -> Iterator[str]:
    with databases.new(engine, crowded) as url:
        yield url


@pytest.fixture
async def crowd(crowd_url: str) -> AsyncIterator[Database]:
    database = Database.open(crowd_url)
    yield database
    await database.close()


def test_each_repository_function_has_a_sample() -> None:
    functions = {f"{function.__module__}.{function.__name__}" for function in repository_functions()}
    assert functions == {sample.name for sample in SAMPLES}


async def test_nothing_scans_what_grows(crowd: Database, engine: EngineName) -> None:
    statements = [(sample, statement) for sample in SAMPLES for statement in await recorded(crowd, sample)]
    found = []
    # SQLite has no statistics until somebody asks for them; PostgreSQL gathers them by itself.
    for analyzed in [False, True] if engine is EngineName.SQLITE else [True]:
        async with crowd.engine.begin() as connection:
            if analyzed:
                await connection.exec_driver_sql("ANALYZE")
            for sample, statement in statements:
                if not (sample.walks and "LIMIT" in statement.sql):
                    found += [f"{sample.name}: {scan}\n{statement.sql}" for scan in await scans(connection, statement)]
    assert not found, "\n\n".join(found)


async def test_a_long_history_is_not_counted_to_its_end(crowd: Database) -> None:
    async with crowd.read() as session:
        count = partial(documents.count_history, session, -7, None, None)
        assert await count(up_to=31) == 31
        assert 31 < await count(up_to=1_000) < 1_000


async def recorded(database: Database, sample: Sample) -> list[Statement]:
    """Return the statements of a call, which is taken back."""
    async with AsyncSession(database.engine, expire_on_commit=False) as session:
        args = await sample.rows(session)
        with Recorder(database.engine) as statements:
            await sample.function(session, *args, **sample.named)
            await session.flush()
        await session.rollback()
    return statements
