"""What an RO-Crate of a study says of itself: files, columns, licence, author, software, run.

The terms are those of https://schema.org, as RO-Crate 1.1 uses them.
"""

import datetime
import hashlib
import io
import json
from pathlib import Path

from helpers import REPOSITORY, __version__
from helpers.columns import COLUMNS
from helpers.study import export

MAINTAINERS = "The train-again maintainers"
SOFTWARE = REPOSITORY or "#train-again"  # an address of the web, or one within the crate
MADE_WITH = f"[train-again]({REPOSITORY})" if REPOSITORY else "train-again"
_URL = {"url": REPOSITORY} if REPOSITORY else {}

FILES = {
    "README.md": "what is in this folder and how to read it",
    "table.parquet": "tidy table, one row a patient and cell",
    "table.csv": "the same table as text",
    export.RECORDS: "the ledger, one record a line, each with its own SHA-256",
    export.MASKS: "what was drawn, truth and labelled slices, one array a line, by its SHA-256",
    "study.json": "protocol and environment: the fingerprint of all records",
    "data_digests.json": "SHA-256 of the prepared data, and of the public cohort's list",
}
_RESULTS = export.RECORDS, export.MASKS, "table.parquet", "table.csv"
_KINDS = {
    ".md": "text/markdown",
    ".html": "text/html",
    ".png": "image/png",
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
}


def describe(crate, contents, title, summary, author=None, licence="MIT"):
    """Fill an empty ROCrate.

    contents : dict of name → bytes, the files; study.json, the records and the tables among them
    author   : name of a person; the maintainers when None
    licence  : an identifier of https://spdx.org/licenses
    """
    study = json.loads(contents["study.json"])
    crate.metadata.extra_terms["sha256"] = "https://schema.org/sha256"  # not in RO-Crate's terms
    added = {name: _file(crate, name, content) for name, content in contents.items()}
    agent = crate.add_jsonld(_agent(author))
    crate.name, crate.description = title, summary
    crate.datePublished = datetime.date.today()
    crate.license = crate.add_jsonld(_licence(licence))
    crate.root_dataset["author"] = agent
    if author is None:
        crate.root_dataset["publisher"] = agent
    crate.root_dataset["variableMeasured"] = [crate.add_jsonld(_column(c)) for c in COLUMNS]
    crate.root_dataset["mentions"] = crate.add_action(
        _software(crate, study),
        "#run",
        object=[crate.add_jsonld(_data(study)), added["study.json"]],
        result=[added[n] for n in _RESULTS if n in added],
        properties={"name": "the trainings of the study", "agent": agent},
    )


def _file(crate, name, content):
    said = {
        "name": name,
        "description": FILES.get(name, "part of the report"),
        "encodingFormat": _KINDS[Path(name).suffix],
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return crate.add_file(io.BytesIO(content), name, properties=said)


def _entity(kind, address, name, **said):
    return {"@id": address, "@type": kind, "name": name, **said}


def _agent(author):
    if author is not None:
        return _entity("Person", "#author", author)
    return _entity("Organization", "#author", MAINTAINERS, **_URL)


def _licence(licence):
    address, said = f"https://spdx.org/licenses/{licence}", f"Licence {licence} of the SPDX list"
    return _entity("CreativeWork", address, licence, description=said)


def _column(column):
    address, unit = f"#column-{column.name}", {"unitText": column.unit} if column.unit else {}
    return _entity("PropertyValue", address, column.name, description=column.meaning, **unit)


def _data(study):
    name, digest = "the prepared cohort, which is not in this crate", study.get("data_sha256")
    return _entity("CreativeWork", "#data", name, identifier=f"sha256:{digest}")


def _package(name, version):
    address = f"https://pypi.org/project/{name}/{version}/"
    return _entity("SoftwareApplication", address, name, version=version, url=address)


def _software(crate, study):
    said = (
        "The version is the one that exported; the code that trained has the SHA-256 "
        f"{study.get('code_sha256')}."
    )
    about = {"version": __version__, "description": said} | _URL
    software = crate.add_jsonld(_entity("SoftwareApplication", SOFTWARE, "train-again", **about))
    for item in study.get("packages", {}).items():
        package = crate.add_jsonld(_package(*item))
        software.append_to("softwareRequirements", package, compact=True)
    return software
