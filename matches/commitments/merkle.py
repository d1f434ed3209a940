"""Merkle trees over SHA-256 as in RFC 6962, section 2.1: roots and inclusion proofs.

Leaves and inner nodes are hashed with different first bytes, so that a node cannot be presented as a leaf.
"""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf: MTH({d}) = SHA-256(0x00 || d)."""
    return sha256(b"\x00" + leaf).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the tree hash over these leaf hashes; without leaves, the SHA-256 of the empty string."""
    if not hashes:
        return sha256().digest()
    level = list(hashes)
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of a leaf (2.1.1): the sibling hashes from the leaf to the root, in this order.

    Raises IndexError for an invalid index.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(f"There is no leaf {index} in a tree of {len(hashes)}.")
    found, level = [], list(hashes)
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            found.append(level[neighbour])
        index, level = index // 2, _parents(level)
    return found


def _parents(level: Sequence[bytes]) -> list[bytes]:
    """Combine the nodes of a level in pairs. An unpaired last node moves up unchanged.

    The tree is the same as with the recursive splitting in the RFC.
    """
    pairs = [_parent(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    return pairs if len(level) % 2 == 0 else [*pairs, level[-1]]


def _parent(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
