"""Merkle trees as in RFC 6962, section 2.1, over SHA-256: the root of leaves, and proofs of inclusion.

A leaf and an inner node are hashed with different first bytes, so neither can be passed off as the other. The
tree over a longer list contains those over its beginnings.
"""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(leaf: bytes) -> bytes:
    """MTH({d}) = SHA-256(0x00 || d)."""
    return sha256(b"\x00" + leaf).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The tree hash over these leaf hashes. Of no leaf it is the hash of nothing."""
    if not hashes:
        return sha256().digest()
    level = list(hashes)
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of a leaf (2.1.1): what its hash is combined with on the way up, nearest first.

    Raises IndexError where there is no such leaf.
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


def root_by(leaf: bytes, path: Sequence[bytes], *, index: int, size: int) -> bytes:
    """The root that this leaf hash, at this place of so many, and its path lead to. Raises ValueError.

    Whoever has the root from elsewhere compares the two.
    """
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of {size}.")
    found, rest, last = leaf, list(path), size - 1
    while last > 0:
        if index % 2 or index < last:  # it has a neighbour; the last one of an odd level goes up alone
            if not rest:
                raise ValueError("The path is too short.")
            neighbour = rest.pop(0)
            found = _parent(neighbour, found) if index % 2 else _parent(found, neighbour)
        index, last = index // 2, last // 2
    if rest:
        raise ValueError("The path is too long.")
    return found


def _parents(level: Sequence[bytes]) -> list[bytes]:
    """Two make one; the last of an odd level goes up as it is: the split of the RFC, read from below."""
    pairs = [_parent(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    return pairs if len(level) % 2 == 0 else [*pairs, level[-1]]


def _parent(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
