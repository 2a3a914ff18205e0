"""Our ciphering against two that are not ours: npm's wechat-crypto and wechatpy."""

import base64
import json
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException  # type: ignore[import-untyped]

from connectors.tencent.crypto import Envelope, EnvelopeRefused, Sealed
from connectors.tencent.xml import read_xml, text, write_xml
from tests.conftest import lacking

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[2] / "connectors" / "web" / "ui" / "node_modules" / "wechat-crypto"
MESSAGES = 1000
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
WORDS = "头疼发烧，阿司匹林100mg每日两次。😷👨‍👩‍👧🇨🇳 \r\n\t]]><&\"'xyz0123456789é̈"
TIME, NONCE = "1795242245", "1320562132"


@pytest.fixture(scope="module")
def letters() -> random.Random:
    """The same thousand messages at every run: a failure can be looked at."""
    return random.Random(20261121)


@pytest.fixture(scope="module")
def cases(letters: random.Random) -> Sequence[tuple[Envelope, str]]:
    """Accounts, each with one message: empty, 20 kB, every length about a block's edge, and mixed."""
    texts = ["", "😷", "药" * 6827, "x" * 20_480, *("x" * length for length in range(70))]
    texts += ["".join(letters.choices(WORDS, k=letters.randrange(400))) for _ in range(MESSAGES - len(texts))]
    return [(account(letters), each) for each in texts]


def account(letters: random.Random) -> Envelope:
    """Secrets such as an operator makes up, or Tencent."""
    token = "".join(letters.choices(LETTERS, k=letters.randint(3, 32)))
    key = "".join(letters.choices(LETTERS, k=43))
    return Envelope(token, (key,), "wx" + "".join(letters.choices("0123456789abcdef", k=16)))


def ask_node(jobs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What wechat-crypto answers to each job, in one process."""
    node = shutil.which("node")
    if node is None or not PACKAGE.is_dir():
        lacking("wechat-crypto under Node.js")
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    # The package is from before Buffer.from: its warnings are its own.
    command = [node, "--no-deprecation", str(HERE / "wechat_crypto.cjs"), str(PACKAGE)]
    run = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=60, check=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(jobs), run.stderr
    return answers


def job(envelope: Envelope, **more: str) -> dict[str, Any]:
    """What is the same for each of node's jobs."""
    own = {"token": envelope.token, "key": envelope.keys[0], "id": envelope.receive_id}
    return own | {"timestamp": TIME, "nonce": NONCE} | more


def opening(envelope: Envelope, sealed: Sealed) -> dict[str, Any]:
    """Node's job to open what we sealed."""
    return job(envelope, do="open", ciphertext=sealed.ciphertext, signature=sealed.signature)


def test_npm_opens_what_we_seal(cases: Sequence[tuple[Envelope, str]]) -> None:
    jobs = [opening(envelope, envelope.seal(words.encode(), TIME, NONCE)) for envelope, words in cases]
    assert [answer.get("text") for answer in ask_node(jobs)] == [words for _, words in cases]


def test_we_open_what_npm_seals(cases: Sequence[tuple[Envelope, str]]) -> None:
    answers = ask_node([job(envelope, do="seal", text=words) for envelope, words in cases])
    for (envelope, words), made in zip(cases, answers, strict=True):
        opened = envelope.open(made["signature"], TIME, NONCE, made["ciphertext"])
        assert opened.text.decode() == words
        # Replayed, it opens again: refusing that is the work of the claim by message id.
        assert envelope.open(made["signature"], TIME, NONCE, made["ciphertext"]) == opened


def test_both_refuse_the_same(cases: Sequence[tuple[Envelope, str]], letters: random.Random) -> None:
    jobs = []
    for (envelope, words), (other, _) in zip(cases[:200], reversed(cases[:200]), strict=True):
        sealed = envelope.seal(words.encode(), TIME, NONCE)
        wrong_key = Envelope(envelope.token, other.keys, envelope.receive_id)
        wrong_id = Envelope(envelope.token, envelope.keys, other.receive_id)
        block = bytearray(base64.b64decode(sealed.ciphertext))
        block[letters.randrange(len(block))] ^= 1 << letters.randrange(8)
        bent = Sealed(base64.b64encode(block).decode(), sealed.signature, TIME, NONCE)
        for reader, letter in ((wrong_key, sealed), (wrong_id, sealed), (envelope, bent)):
            jobs.append(opening(reader, letter))
            with pytest.raises(EnvelopeRefused):
                reader.open(letter.signature, TIME, NONCE, letter.ciphertext)
    answers = ask_node(jobs)
    assert len(answers) == 600
    assert all("error" in answer for answer in answers)


def test_wechatpy_opens_what_we_seal(cases: Sequence[tuple[Envelope, str]]) -> None:
    for envelope, words in cases:
        sealed = envelope.seal(words.encode(), TIME, NONCE)
        reader = WeChatCrypto(envelope.token, envelope.keys[0], envelope.receive_id)
        body = write_xml(sealed.fields).decode()
        assert reader.decrypt_message(body, sealed.signature, TIME, NONCE) == words


def test_we_open_what_wechatpy_seals(cases: Sequence[tuple[Envelope, str]]) -> None:
    for envelope, words in cases:
        writer = WeChatCrypto(envelope.token, envelope.keys[0], envelope.receive_id)
        body = read_xml(writer.encrypt_message(words, NONCE, TIME).encode(), 64 * 1024)
        opened = envelope.open(text(body, "MsgSignature"), text(body, "TimeStamp"), NONCE, text(body, "Encrypt"))
        assert opened.text.decode() == words


def test_wechatpy_refuses_the_same(cases: Sequence[tuple[Envelope, str]]) -> None:
    (envelope, words), (other, _) = cases[100], cases[200]
    sealed = envelope.seal(words.encode(), TIME, NONCE)
    body = write_xml(sealed.fields).decode()
    with pytest.raises(InvalidSignatureException):
        WeChatCrypto(other.token, envelope.keys[0], envelope.receive_id).decrypt_message(
            body, sealed.signature, TIME, NONCE
        )
    with pytest.raises(InvalidAppIdException):
        WeChatCrypto(envelope.token, envelope.keys[0], other.receive_id).decrypt_message(
            body, sealed.signature, TIME, NONCE
        )
    for reader in (
        Envelope(other.token, envelope.keys, envelope.receive_id),
        Envelope(envelope.token, envelope.keys, other.receive_id),
    ):
        with pytest.raises(EnvelopeRefused):
            reader.open(sealed.signature, TIME, NONCE, sealed.ciphertext)
