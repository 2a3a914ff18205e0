"""Taking the reader out of a trained model's archive, whole or broken."""

import io
import tarfile
import tempfile
import unittest
from collections.abc import Mapping
from pathlib import Path

from tools.material import BadFile
from tools.readers import load

from components.reader import train_reader
from tests.test_reader import EXAMPLES, NAMES, PATTERNS

INSIDE = "components/train_PatientReader0"


class ArchiveTest(unittest.TestCase):
    files: Mapping[str, bytes]

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as folder:
            train_reader(EXAMPLES, NAMES, PATTERNS, inverse_penalty=4).save(Path(folder))
            cls.files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def archive(self, files: Mapping[str, bytes]) -> Path:
        path = self.folder / "model.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(f"{INSIDE}/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        return path

    def test_a_whole_one_reads(self) -> None:
        self.assertEqual(load(self.archive(self.files)).read("我要挂号").intent, "book_appointment")

    def test_an_archive_has_no_say_in_where_its_files_go(self) -> None:
        load(self.archive({**self.files, "../../../escaped": b"x"}))
        self.assertEqual([path.name for path in self.folder.rglob("*")], ["model.tar.gz"])

    def test_of_another_version_is_said_so(self) -> None:
        for name in self.files:
            others = {other: content for other, content in self.files.items() if other != name}
            for files in (others, {**self.files, name: b"{}"}):
                with self.assertRaisesRegex(BadFile, "another version"):
                    load(self.archive(files))

    def test_cut_short_is_said_so(self) -> None:
        whole = self.archive(self.files).read_bytes()
        for length in (0, 1, 100, len(whole) // 2):
            path = self.folder / "cut.tar.gz"
            path.write_bytes(whole[:length])
            with self.assertRaisesRegex(BadFile, "cut.tar.gz"):
                load(path)
