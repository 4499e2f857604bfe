import json
from pathlib import Path

import pytest

from drills.machine import Cluster, environment_of, migrate
from tests.processes import run_python


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill")
    for place in (folder, *folder.parents[:2]):
        place.chmod(0o755)  # PostgreSQL runs as nobody
    cluster = Cluster(folder)
    yield cluster
    cluster.end()


@pytest.fixture(scope="session")
def environment(cluster, tmp_path_factory) -> dict[str, str]:
    var = tmp_path_factory.mktemp("var")
    environment = environment_of(cluster, var)
    migrate(environment, var)
    return environment


@pytest.fixture(scope="session")
def counter(environment) -> dict:
    code = "import json; from drills import ground; print(json.dumps(ground.lay_counter()))"
    return json.loads(run_python(code, environment))


@pytest.fixture(scope="session")
def var(environment) -> Path:
    return Path(environment["YIMEN_VAR"])
