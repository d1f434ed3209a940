"""Merkle trees, compared with the recursive definitions of RFC 6962."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matches.commitments import merkle

LEAVES = st.lists(st.binary(max_size=20), max_size=70)


def tree_hash(leaves: list[bytes]) -> bytes:
    """Return MTH of section 2.1."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def audit_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """Return PATH of section 2.1.1."""
    if len(leaves) <= 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*audit_path(index, leaves[:k]), tree_hash(leaves[k:])]
    return [*audit_path(index - k, leaves[k:]), tree_hash(leaves[:k])]


def split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def root_from_path(leaf: bytes, path: list[bytes], *, index: int, size: int) -> bytes:
    """Compute the root from a leaf hash and its audit path, as others do to verify a proof."""
    found, rest, last = leaf, list(path), size - 1
    while last > 0:
        if index % 2 or index < last:  # the last node of an odd level has no sibling
            sibling = rest.pop(0)
            pair = sibling + found if index % 2 else found + sibling
            found = sha256(b"\x01" + pair).digest()
        index, last = index // 2, last // 2
    assert not rest
    return found


def hashes(leaves: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(leaf) for leaf in leaves]


@given(LEAVES)
def test_the_root_is_the_tree_hash_of_the_rfc(leaves):
    assert merkle.root(hashes(leaves)) == tree_hash(leaves)


def test_the_empty_tree_and_one_leaf_have_the_published_hashes():
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(LEAVES.filter(bool), st.data())
def test_a_path_leads_from_its_leaf_to_the_root(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.path(hashes(leaves), index)

    assert path == audit_path(index, leaves)
    leaf = merkle.leaf_hash(leaves[index])
    assert root_from_path(leaf, path, index=index, size=len(leaves)) == tree_hash(leaves)


@given(LEAVES.filter(lambda leaves: len(leaves) > 1), st.data())
def test_another_leaf_position_or_path_leads_to_another_root(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = merkle.path(hashes(leaves), index), tree_hash(leaves)
    forged = merkle.leaf_hash(leaves[index] + b"!")

    assert root_from_path(forged, path, index=index, size=len(leaves)) != root
    if path:
        bent = [path[0][:-1] + bytes([path[0][-1] ^ 1]), *path[1:]]
        assert root_from_path(merkle.leaf_hash(leaves[index]), bent, index=index, size=len(leaves)) != root


@given(LEAVES.filter(lambda leaves: len(leaves) > 1), st.data())
def test_a_longer_list_with_the_same_beginning_has_the_roots_of_its_beginning_in_it(leaves, data):
    k = split(len(leaves))
    left = merkle.root(hashes(leaves[:k]))
    right = merkle.root(hashes(leaves[k:]))

    assert merkle.root(hashes(leaves)) == sha256(b"\x01" + left + right).digest()


def test_a_leaf_outside_the_tree_has_no_path():
    with pytest.raises(IndexError, match="no leaf 1"):
        merkle.path([merkle.leaf_hash(b"")], 1)
