"""A protocol of one's own in a file: read, or refused in a sentence that names file and field."""

from dataclasses import asdict, replace

import pytest

from helpers import protocols
from helpers.__main__ import main
from helpers.display.report import sentences
from helpers.errors import InputError
from helpers.protocol import PROTOCOLS, STUDY, table
from helpers.protocols import CHOICE, choose


@pytest.fixture
def write(tmp_path, monkeypatch):
    """A function that writes a protocol's file and gives its path."""
    monkeypatch.delenv(CHOICE, raising=False)

    def written(text, name="my.toml"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return written


def test_a_file_says_which_protocol_it_is_like_and_what_is_another(write):
    path = write('like = "study"\nsize = 128\nspacing = 1\nphases = [1, 0]\nname = "knees"')
    found = choose(path)
    expected = replace(STUDY, size=128, spacing=1.0, phases=(1, 0), name="knees")
    assert asdict(found) | {"own": ()} == asdict(expected)
    assert isinstance(found.spacing, float)
    sources = {row["field"]: row["source"] for row in table(found)}
    assert {f for f, s in sources.items() if s == "yours"} == {"size", "spacing", "phases", "name"}
    for row in table(STUDY):
        assert sources[row["field"]] in ("yours", row["source"])


def test_a_file_without_a_name_gives_it_its_own(write):
    assert choose(write('like = "demo"', "my_Knees-2.toml")).name == "my_Knees-2"


def test_the_environment_may_name_a_file_and_a_file_survives_other_replacements(write, monkeypatch):
    monkeypatch.setenv(CHOICE, str(write('like = "smoke"\nseed = 7')))
    assert choose("demo").seed == 7
    assert replace(choose("demo"), patients=5).own == ("name", "seed")


def test_the_report_names_the_protocol_and_what_is_the_users_own(write):
    study = {"protocol": asdict(choose(write('like = "study"\nsize = 128')))}
    assert sentences.made_with(study, {})[0] == "Protocol my, of the user's own: name, size."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'like = "study"\nspaceing = 1',
            "no protocol has a field 'spaceing': did you mean spacing?",
        ),
        ('like = "study"\nown = []', "no protocol has a field 'own': did you mean"),
        ("[study]\nsize = 128", "like is None: name the protocol that yours is like"),
        ('like = "nonsense"', "like is 'nonsense': name the protocol"),
        ("like = 3", "like is 3: name the protocol"),
        ('like = ["study"]', r"like is \['study'\]: name the protocol"),
        ('like = "study"\nsize = "128"', "size is '128': write a whole number"),
        ('like = "study"\nsize = 128.0', "size is 128.0: write a whole number"),
        ('like = "study"\nsize = true', "size is True: write a whole number"),
        ('like = "study"\nspacing = true', "spacing is True: write a number"),
        ('like = "study"\nplane = 1', "plane is 1: write a text in quotes"),
        ('like = "study"\nphases = 1', "phases is 1: write a list of whole numbers"),
        ('like = "study"\nphases = [0.5]', r"phases is \[0.5\]: write a list"),
        ('like = "study"\nphases = [1, 1]', "not different numbers from 0"),
        ('like = "study"\nspacing = 0', "spacing is 0.0: use a number from 0.001 to 1000"),
        ('like = "study"\nspacing = nan', "spacing is nan: use a number"),
        ('like = "study"\nspacing = inf', "spacing is inf: use a number"),
        (f'like = "study"\nspacing = {10**400}', "spacing is 10{29}: use a number"),
        (f'like = "study"\nlearning_rate = {10**400}', "learning_rate is 10{29}: use a number"),
        ('like = "study"\nepochs = 0', "epochs is 0: use a number from 1, or more"),
        ('like = "study"\nseed = -1', "seed is -1: use a number from 0, or more"),
        ('like = "study"\nbatch = 0', "batch is 0: use a number from 1"),
        ('like = "study"\nmomentum = 1.5', "momentum is 1.5: use a number from 0 to 1"),
        ('like = "study"\nsize = 60', "size 60 cannot be halved 3 times"),
        ('like = "study"\nfolds = 99', "99 folds need as many patients"),
        ('like = "study"\nplane = "oblique"', "plane is 'oblique': use axial"),
        ('like = "study"\nname = "../x"', "name is '../x': use up to 40 letters"),
        ('like = "study"\nname = ""', "name is '': use up to 40 letters"),
        ('like = "study"\nname = "demo"', "name is 'demo', a protocol that ships: use another"),
        ("like = study", "is no TOML"),
        ("size = 128\nsize = 64", "is no TOML"),
        ("x = " + "[" * 2000, "is no TOML"),
        ('like = "study"\nsize = ' + "1" * 5000, "is no TOML"),
    ],
    ids=lambda text: text[-30:],
)
def test_what_cannot_be_used_is_refused_with_file_and_field(text, says, write):
    path = write(text)
    with pytest.raises(InputError, match=says) as caught:
        choose(path)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nothing.toml", "folder.toml", "latin.toml"])
def test_a_file_that_cannot_be_read_is_named(name, tmp_path):
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "latin.toml").write_bytes('name = "ä"'.encode("latin-1"))
    with pytest.raises(InputError, match=name):
        protocols.read(tmp_path / name)


@pytest.mark.parametrize("command", ["run", "probe"])
def test_the_commands_take_a_file_and_refuse_a_wrong_one_in_a_sentence(command, write, capsys):
    path = write('like = "study"\nsiz = 128')
    out = ["--out", str(path.with_name("out"))]
    assert main([command, "--protocol", str(path), *out]) == 2
    assert capsys.readouterr().err.startswith(f"error: {path}: no protocol has a field 'siz'")


def test_no_protocol_that_ships_is_anybodys_own():
    assert {p.own for p in PROTOCOLS.values()} == {()}
