"""Checks vectors.json, for which it needs Python 3.9 and nothing else: check.py < vectors.json; check.py --write makes it anew.

Hashes, proofs and the checks are written from RFC 6962 section 2.1 and RFC 9162 section 2.1.3 and 2.1.4, and share nothing with
the program. The leaves and their roots are those that implementations of certificate transparency have been tested with since 2013.
"""

import hashlib
import json
import sys

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]


def leaf(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(n):
    """The largest power of two below n."""
    return 1 << ((n - 1).bit_length() - 1)


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [root(leaves[k:])]
    return path(m - k, leaves[k:]) + [root(leaves[:k])]


def extension(m, leaves, whole=True):
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return extension(m, leaves[:k], whole) + [root(leaves[k:])]
    return extension(m - k, leaves[k:], False) + [root(leaves[:k])]


def included(seq, size, leaf, root, hashes):
    """RFC 9162 section 2.1.3.2."""
    if seq >= size:
        return False
    fn, sn, r = seq, size - 1, leaf
    for p in hashes:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistent(old, size, old_root, root, hashes):
    """RFC 9162 section 2.1.4.2; for equal sizes, equal roots and no hashes."""
    if old == size:
        return not hashes and old_root == root
    if not 0 < old < size or not hashes:
        return False
    if old & (old - 1) == 0:
        hashes = [old_root] + hashes
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = hashes[0]
    for c in hashes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == root


def twin(vector, n):
    """The same with one bit flipped, in one of its hashes or, where there are none, in the root."""
    v = json.loads(json.dumps(vector))
    flip = lambda h: h[:n % 64] + format(int(h[n % 64], 16) ^ 1, "x") + h[n % 64 + 1:]
    if v["hashes"]:
        i = n % len(v["hashes"])
        v["hashes"][i] = flip(v["hashes"][i])
    else:
        v["root"] = flip(v["root"])
    v["valid"] = False
    return v


def make():
    leaves = [leaf(bytes.fromhex(data)) for data in LEAVES]
    at = [root(leaves[:n]).hex() for n in range(len(leaves) + 1)]
    inclusion, consistency = [], []
    for size in range(1, len(leaves) + 1):
        for seq in range(size):
            hashes = [h.hex() for h in path(seq, leaves[:size])]
            inclusion.append({"seq": seq, "size": size, "leaf": leaves[seq].hex(), "root": at[size], "hashes": hashes, "valid": True})
        for old in range(1, size + 1):
            hashes = [h.hex() for h in extension(old, leaves[:size])]
            consistency.append({"old": old, "size": size, "old_root": at[old], "root": at[size], "hashes": hashes, "valid": True})
    twins = lambda vectors: [t for n, v in enumerate(vectors) for t in (v, twin(v, n))]
    return {"leaves": LEAVES, "roots": at, "inclusion": twins(inclusion), "consistency": twins(consistency)}


def write(made):
    lines = lambda vectors: ",\n".join("  " + json.dumps(v) for v in vectors)
    members = [f' "{name}": [\n{lines(vectors)}\n ]' for name, vectors in made.items()]
    sys.stdout.write("{\n" + ",\n".join(members) + "\n}\n")


def judge(vector):
    v = {k: bytes.fromhex(x) if isinstance(x, str) else x for k, x in vector.items() if k not in ("hashes", "valid")}
    hashes = [bytes.fromhex(h) for h in vector["hashes"]]
    return (included if "seq" in v else consistent)(**v, hashes=hashes)


def main():
    if sys.argv[1:] == ["--write"]:
        return write(make())
    found, wrong = json.load(sys.stdin), []
    made = make()
    for name, want in made.items():
        if len(found.get(name, [])) != len(want):
            wrong.append(f"{name}: {len(found.get(name, []))}, want {len(want)}")
        wrong += [f"{name} {n}: {a}, want {b}" for n, (a, b) in enumerate(zip(found.get(name, []), want)) if a != b]
    for v in found["inclusion"] + found["consistency"]:
        if judge(v) != v["valid"]:
            wrong.append(f"{v}: judged {not v['valid']}")
    if wrong:
        sys.exit("\n".join(wrong))
    print(*(f"{name} {len(want)}" for name, want in made.items()), sep=", ")


main()
