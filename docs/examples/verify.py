"""Verify a prediction against a root from another source, without trusting Final Whistle.

    python verify.py ROOT FILE...
    python verify.py RECEIPT...

ROOT is the root of the commitment to a match, 64 hexadecimal digits: from the feed of roots, a git
repository or a timestamp.
FILE is a response of the API: a proof (.../predictions/FORECASTER/proof/) shows that the commitment includes
the prediction; the log (.../commitment/log/) shows all predictions of the match, in the order of arrival.
RECEIPT is the response to one or many submissions: its digest is compared with its contents. This requires no
root; with a root and the log of the match, the prediction is also looked up in the log.

Exit code 0 if everything is valid, 1 if something is not, 2 if a file cannot be read.
Standard library only; docs/proofs.md explains the rules.
"""

import json
import struct
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Broken(Exception):
    """The data was changed, or is not a valid proof or receipt."""


def canonical(prediction: dict) -> str:
    """Return the canonical form of a prediction. Its SHA-256 is the digest."""
    goals = [prediction["home_goals"], prediction["away_goals"]]
    chances = [prediction["p_home"], prediction["p_draw"], prediction["p_away"]]
    lines = [
        "final-whistle prediction 1",
        f"match {prediction['match']}",
        f"forecaster {prediction['forecaster']['id']}",
        "score " + ("-" if None in goals else " ".join(map(str, goals))),
        "probabilities "
        + ("-" if None in chances else " ".join(struct.pack(">d", p).hex() for p in chances)),
        f"predicted {microseconds(prediction['predicted_at'])}",
        f"received {microseconds(prediction['submitted_at'])}",
        f"provenance {prediction['provenance']}",
        f"model {sha256(prediction['model_version'].encode()).hexdigest()}",
        f"rationale {sha256(prediction['rationale'].encode()).hexdigest()}",
        f"salt {prediction['salt']}",
    ]
    return "\n".join(lines) + "\n"


def digest_of(prediction: dict) -> str:
    return sha256(canonical(prediction).encode()).hexdigest()


def microseconds(moment: str | None) -> str:
    if moment is None:
        return "-"
    return str((datetime.fromisoformat(moment.replace("Z", "+00:00")) - EPOCH) // timedelta(microseconds=1))


def check_receipt(receipt: dict, log: list[str]) -> str:
    if receipt["dry_run"]:
        raise Broken("the response to a dry run is not a receipt")
    digest = digest_of(sealed(receipt))
    if digest != receipt["digest"]:
        raise Broken(f"the prediction has the digest {digest}, not {receipt['digest']}")
    leaf = f"{receipt['position']} {receipt['forecaster']} {digest}"
    if log and leaf not in log:
        raise Broken(f"the log has no line {leaf}")
    found = ", in the log" if log else ""
    return (
        f"receipt of {receipt['forecaster']}, number {receipt['position']} of match {receipt['match']}{found}"
    )


def sealed(receipt: dict) -> dict:
    """Return the prediction of a receipt in the format of a proof."""
    chances = receipt["probabilities"] or {}
    return {
        **receipt,
        "forecaster": {"id": receipt["forecaster_id"], "slug": receipt["forecaster"]},
        **{f"p_{outcome}": chances.get(outcome) for outcome in ("home", "draw", "away")},
    }


def leaf_hash(line: str) -> bytes:
    return sha256(b"\0" + line.encode()).digest()


def parent(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def once(pairs: list) -> dict:
    """Return these pairs as a dict.

    Raises Broken if a name is repeated, because other decoders could read the object differently.
    """
    if len(dict(pairs)) < len(pairs):
        raise Broken("a name occurs twice in one object")
    return dict(pairs)


def check_proof(proof: dict, root: str) -> str:
    prediction, size, position = proof["prediction"], proof["commitment"]["size"], proof["position"]
    if proof["commitment"]["root"] != root:
        raise Broken(f"it belongs to another root, {proof['commitment']['root']}")
    if not 1 <= position <= size:
        raise Broken(f"the log of {size} entries has no position {position}")
    digest = digest_of(prediction)
    if digest != proof["digest"]:
        raise Broken(f"the prediction has the digest {digest}, not {proof['digest']}")
    if proof["form"] != canonical(prediction):
        raise Broken("the form is not that of the prediction")
    found = leaf_hash(f"{position} {prediction['forecaster']['slug']} {digest}")
    index, last, path = position - 1, size - 1, [bytes.fromhex(each) for each in proof["path"]]
    while last > 0:  # the way up the tree, RFC 6962
        if index % 2:
            found = parent(path.pop(0) if path else b"", found)
        elif index < last:
            found = parent(found, path.pop(0) if path else b"")
        index, last = index // 2, last // 2
    if path or found.hex() != root:
        raise Broken(f"the path leads to the root {found.hex()}")
    if int(microseconds(prediction["submitted_at"])) >= int(microseconds(proof["commitment"]["locked_at"])):
        raise Broken(f"it was received at {prediction['submitted_at']}, after the lock")
    score = (
        "" if prediction["home_goals"] is None else f" {prediction['home_goals']}-{prediction['away_goals']}"
    )
    who = prediction["forecaster"]["slug"]
    return f"{who}{score}: number {position} of {size}, received {prediction['submitted_at']}"


def check_log(text: str, root: str) -> str:
    lines = text.removesuffix("\n").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.startswith(f"{number} "):
            raise Broken(f"line {number} is not entry {number}: {line[:60]!r}")
    level = [leaf_hash(line) for line in lines]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [parent(*level[n : n + 2]) for n in range(0, len(level) - 1, 2)] + odd
    if not level or level[0].hex() != root:
        raise Broken(f"the {len(lines)} lines lead to the root {level[0].hex() if level else '-'}")
    return f"all {len(lines)} predictions, in the order of arrival"


def check(text: str, root: str, log: list[str]) -> str:
    document = json.loads(text, object_pairs_hook=once) if text.startswith("{") else None
    if document is not None and "commitment" not in document:
        receipts = [each["receipt"] for each in document.get("results", []) if "receipt" in each]
        found = [check_receipt(each, log) for each in (receipts if "results" in document else [document])]
        if not found:
            raise Broken("it contains no receipt")
        return "; ".join(found)
    if not root:
        raise Broken("a proof or a log requires a root: python verify.py ROOT FILE")
    return check_log(text, root) if document is None else check_proof(document, root)


def is_root(text: str) -> bool:
    return len(text) == 64 and not set(text) - set("0123456789abcdef")


def main(*arguments: str) -> int:
    root, files = (arguments[0], arguments[1:]) if is_root(arguments[0]) else ("", arguments)
    texts = {}
    for name in files:
        try:
            with open(name, encoding="utf-8") as file:
                texts[name] = file.read()
        except (OSError, UnicodeDecodeError) as why:
            hint = "" if root else f"; {name!r} is not a root of 64 hexadecimal digits (0-9, a-f)"
            print(f"{name} cannot be read: {why}{hint}", file=sys.stderr)
            return 2
    log = [line for text in texts.values() if not text.startswith("{") for line in text.split("\n") if line]
    failed = 0
    for name, text in texts.items():
        try:
            good = check(text, root, log)
            print(f"OK      {name}: {good}")
        except Broken as why:
            failed = 1
            print(f"BROKEN  {name}: {why}")
        except (KeyError, TypeError, ValueError, struct.error, RecursionError) as why:
            failed = 1
            print(f"BROKEN  {name}: it is not a proof, log or receipt ({type(why).__name__}: {why})")
    return failed


if __name__ == "__main__":
    if len(sys.argv) < 2 or (len(sys.argv) == 2 and is_root(sys.argv[1])):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
