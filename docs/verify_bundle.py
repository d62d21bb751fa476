#!/usr/bin/env python3
"""Checks a bundle that a Suyuan ledger gave out, as suyuan-verify does: a second implementation of docs/trust.md, which shares no line with it.

It needs Python 3.9 or later, its standard library, and the program openssl (3.0 or later) for Ed25519. It knows no ML-DSA-44: signatures of that
type count as those of unknown keys, which C2SP signed-note says to pass over.

    python3 verify_bundle.py BUNDLE --key KEY [--key KEY ...] [--json]

KEY is a verifier key of the ledger (NAME+HASH+BASE64) or a file with some, one a line. It comes from the ledger's owner, never from the bundle.
Exit codes: 0 it holds, 1 a file cannot be read or openssl is not there, 2 usage, 3 it does not hold: the first reason is on stderr.

    python3 verify_bundle.py --batch FILE --key KEY

reads lines of JSON, {"name": ..., "bundle": base64}, and writes for each one name and step, or "ok"; with --flips BUNDLE it tries a change of
every byte of a bundle instead, and says how many were refused.
"""
import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

NAMES = re.compile(r"manifest\ncheckpoint\nkeys\nrecords\.jsonl\n(proofs\n)?(report/[a-z0-9][a-z0-9.-]*\n)*CHECK\.html\n", re.ASCII)
MEANINGS = ("performed", "reviewed", "approved", "released", "rejected", "witnessed")
TIME = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{0,8}[1-9])?(Z|[+-][0-2][0-9]:[0-5][0-9])", re.ASCII)
RECORD = {"by", "event", "genesis", "prev", "recorded", "seq", "sig", "source", "v"}
MAX_BUNDLE, MAX_FILES, MAX_SIGNATURES = 1 << 30, 22, 32


class Refused(Exception):
    """A bundle that does not hold: the step of the check, and why."""

    def __init__(self, step, why):
        super().__init__(f"{step}: {why}")
        self.step = step


# --- bytes ---

def sha256(b):
    return hashlib.sha256(b).digest()


def decode64(text):
    """Base64 that comes back the same when written again, or None."""
    try:
        b = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return b if base64.b64encode(b).decode() == text else None


def ed25519(public, message, signature, cache={}):
    """Whether signature is one over message, as openssl says; asked once for each triple."""
    if len(public) != 32 or len(signature) != 64:
        return False
    triple = (public, sha256(message), signature)
    if triple not in cache:
        der = bytes.fromhex("302a300506032b6570032100") + public  # SubjectPublicKeyInfo, RFC 8410
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, name) for name in ("key", "message", "signature")]
            for path, content in zip(paths, (der, message, signature)):
                with open(path, "wb") as f:
                    f.write(content)
            command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", paths[0], "-in", paths[1], "-sigfile", paths[2]]
            cache[triple] = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    return cache[triple]


def openssl_works():
    """Whether openssl is there and knows a good signature (RFC 8032 section 7.1, test 2): whatever fails later is the signature's fault."""
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = ("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                 "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    try:
        return ed25519(bytes.fromhex(public), b"r", bytes.fromhex(signature))
    except OSError:
        return False


# --- canonical JSON (RFC 8785) ---

def es6_number(text):
    """A number as ECMAScript writes it."""
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number out of range")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    written = (whole + fraction).lstrip("0")
    digits, point = written.rstrip("0"), len(written) - len(fraction) + int(exponent or 0)
    sign = "-" if value < 0 else ""
    if 0 < point <= 21:
        return sign + (digits.ljust(point, "0") if len(digits) <= point else digits[:point] + "." + digits[point:])
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    tail = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


class Number(str):
    """A number by its text."""


def quoted(text):
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def canonical(v):
    if isinstance(v, dict):
        names = sorted(v, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(quoted(name) + ":" + canonical(v[name]) for name in names) + "}"
    if isinstance(v, list):
        return "[" + ",".join(map(canonical, v)) + "]"
    if isinstance(v, Number):
        return es6_number(v)
    return quoted(v) if isinstance(v, str) else json.dumps(v)


def parse(b):
    """Reads an object whose bytes are canonical; so no member stands twice, and no two spellings mean the same."""
    try:
        v = json.loads(b.decode("utf-8"), parse_int=Number, parse_float=Number, parse_constant=lambda c: 1 / 0)
        if not isinstance(v, dict) or canonical(v).encode("utf-8") != b:
            raise ValueError("not an object in canonical form")
    except (ValueError, ZeroDivisionError, RecursionError) as e:
        raise ValueError(f"not JSON in canonical form (RFC 8785): {e}") from None
    return v


def text(o, name):
    """The text of that name; empty where there is none."""
    v = o.get(name) if isinstance(o, dict) else None
    return str(v) if isinstance(v, str) and not isinstance(v, Number) else ""


def number(o, name, bits=63):
    """The number of that name, not negative; 0 where there is none."""
    v = o.get(name) if isinstance(o, dict) else None
    return int(v) if isinstance(v, Number) and re.fullmatch("[0-9]+", v) and int(v) < 1 << bits else 0


def texts(o, name):
    """The list of texts of that name; empty where there is none."""
    v = o.get(name) if isinstance(o, dict) else None
    good = isinstance(v, list) and all(t is None or isinstance(t, str) and not isinstance(t, Number) for t in v)
    return [t or "" for t in v] if good else []


# --- keys and signatures of people ---

def wire(*parts):
    return b"".join(struct.pack(">I", len(p)) + p for p in parts)


class Public:
    """A public key of a person or device: TYPE BASE64."""

    def __init__(self, line):
        kind, _, encoded = line.partition(" ")
        blob = decode64(encoded)
        if blob is None:
            raise ValueError("want TYPE BASE64")
        self.kind, self.key, self.blob, self.app = kind.encode(), blob, b"", b""
        self.id = sha256(line.encode()).hex()
        good = kind == "ed25519" and len(blob) == 32
        if kind in ("ssh-ed25519", "sk-ssh-ed25519@openssh.com"):
            fields = []
            while len(blob) >= 4 and len(blob) >= 4 + struct.unpack(">I", blob[:4])[0]:
                n = 4 + struct.unpack(">I", blob[:4])[0]
                fields.append(blob[4:n])
                blob = blob[n:]
            want = 2 if kind == "ssh-ed25519" else 3
            good = blob == b"" and len(fields) == want and fields[0] == self.kind and len(fields[1]) == 32
            if good:
                self.key, self.blob, self.app = fields[1], wire(*fields), fields[-1]
        if not good:
            raise ValueError("no key of its type")

    def verify(self, message, sig):
        if self.kind == b"ed25519":
            return ed25519(self.key, message, sig)
        token = self.kind != b"ssh-ed25519"
        context = wire(b"suyuan", b"", b"sha512")
        head = b"SSHSIG" + struct.pack(">I", 1) + wire(self.blob) + context
        trailer = 5 if token else 0
        body = wire(self.kind) + struct.pack(">I", 64)
        proper, tail = sig[len(head) + 4 + len(body):][:64], sig[len(head) + 4 + len(body) + 64:]
        if len(proper) != 64 or len(tail) != trailer or sig != head + wire(body + proper + tail):
            return False
        signed = b"SSHSIG" + context + wire(hashlib.sha512(message).digest())
        if token:
            if not tail[0] & 1:
                return False  # nobody touched it
            signed = sha256(self.app) + tail + sha256(signed)
        return ed25519(self.key, signed, proper)


def signatures(sig):
    """Reads the member sig of a record; None is none."""
    if sig is None:
        return []
    if not isinstance(sig, list) or not 1 <= len(sig) <= MAX_SIGNATURES:
        raise ValueError("sig: want a list of signatures")
    seen, out = set(), []
    for s in sig:
        if not isinstance(s, dict) or sorted(s) != ["key", "meaning", "sig", "time"] or any(isinstance(v, Number) or not isinstance(v, str) for v in s.values()):
            raise ValueError("sig: want key, meaning, sig and time")
        raw = decode64(s["sig"])
        if raw is None or not re.fullmatch("[0-9a-f]{64}", s["key"]) or s["meaning"] not in MEANINGS or not TIME.fullmatch(s["time"]):
            raise ValueError("sig: not in its form")
        if (s["key"], s["meaning"]) in seen:
            raise ValueError("sig: the same key and meaning twice")
        seen.add((s["key"], s["meaning"]))
        out.append((s["key"], s["meaning"], s["time"], raw))
    return out


# --- keys of ledgers, notes, checkpoints (C2SP signed-note, tlog-checkpoint) ---

class LedgerKey:
    """A verifier key, NAME+HASH+BASE64. Of ML-DSA-44 it is read and never verifies."""

    def __init__(self, line):
        parts = line.split("+", 2)
        blob = decode64(parts[2]) if len(parts) == 3 else None
        if not blob or not parts[0] or len(parts[0].encode()) > 255 or re.search(r"\s", parts[0]):
            raise ValueError("want NAME+HASH+BASE64")
        self.line, self.name, self.id = line, parts[0], sha256(line.encode()).hex()
        self.hash = sha256(parts[0].encode() + b"\n" + blob)[:4]
        if self.hash.hex() != parts[1]:
            raise ValueError("its hash is not that of its name and key")
        self.ed25519 = blob[0] == 1 and len(blob) == 33
        if not self.ed25519 and not (blob[0] == 6 and len(blob) == 1313):
            raise ValueError("want Ed25519 or ML-DSA-44")
        self.key = blob[1:]


def open_note(note, trusted):
    """Returns the text, and (name, line) of each signature by a trusted key. A bad one by such a key makes the note worthless."""
    try:
        decoded = note.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("malformed note") from None
    split = decoded.rfind("\n\n")
    if split < 0 or any(c < " " and c != "\n" for c in decoded):
        raise ValueError("malformed note")
    body, lines = decoded[:split + 1], decoded[split + 2:]
    if not lines.endswith("\n"):
        raise ValueError("malformed note")
    found, seen = [], set()
    lines = lines[:-1].split("\n")
    if len(lines) > 100:
        raise ValueError("malformed note")
    for line in lines:
        name, _, encoded = line[2:].partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("malformed note") from None
        if not line.startswith("\u2014 ") or not name or "+" in name or re.search(r"\s", name) or len(raw) < 5:
            raise ValueError("malformed note")
        for k in trusted:
            if k.ed25519 and (k.name, k.hash) == (name, raw[:4]):
                if k.line in seen:
                    break
                seen.add(k.line)
                if not ed25519(k.key, body.encode(), raw[4:]):
                    raise ValueError(f"invalid signature for key {name}+{raw[:4].hex()}")
                found.append((name, encoded, raw[:4].hex()))
                break
    if not found:
        raise ValueError("no key that is trusted has signed it")
    return body, found


def open_checkpoint(note, trusted):
    body, found = open_note(note, trusted)
    m = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/=]+)\n", body, re.ASCII)
    root = decode64(m[3]) if m else None
    if root is None or len(root) != 32 or int(m[2]) >= 1 << 53:
        raise ValueError("want three lines: origin, size, root in base64")
    if all(name != m[1] for name, _, _ in found):
        raise ValueError("signed under another name than its origin")
    return m[1], int(m[2]), root


# --- the container ---

def pack(files):
    body, directory = b"", b""
    pieces, at = [], 0
    for name, content in files:
        encoded = name.encode()
        common = struct.pack("<HHHHHIIIHH", 10, 0, 0, 0, 0x21, binascii.crc32(content), len(content), len(content), len(encoded), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 10) + common + bytes(10) + struct.pack("<I", at) + encoded
        pieces += [b"PK\x03\x04", common, encoded, content]
        at += 30 + len(encoded) + len(content)
    body = b"".join(pieces)
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), at, 0)


def unpack(b):
    """Follows the local headers, and takes nothing that pack does not write."""
    files, at = [], 0
    while b[at:at + 4] == b"PK\x03\x04" and len(b) - at >= 30:
        length, n = struct.unpack("<IH", b[at + 22:at + 28])
        start = at + 30 + n
        name = b[at + 30:start].decode("utf-8", "replace")
        if start + length > len(b) or len(files) >= MAX_FILES or any(name == other for other, _ in files):
            raise ValueError("it ends in the middle of an entry, has too many, or two of one name")
        files.append((name, b[start:start + length]))
        at = start + length
    if len(b) > MAX_BUNDLE:
        raise ValueError("too large")
    if not NAMES.fullmatch("".join(name + "\n" for name, _ in files)):
        raise ValueError("its entries are not those of a bundle in their order")
    if pack(files) != b:
        raise ValueError("it holds bytes that no bundle has")
    return files


# --- records ---

class Record:
    def __init__(self, line):
        o = parse(line)
        for name in o:
            if name not in RECORD:
                raise ValueError(f"member {name!r} is not one of a record of version 1")
        self.seq, self.prev, self.event = number(o, "seq", 64), text(o, "prev"), o.get("event")
        self.sig, self.sig_bytes = o.get("sig"), None
        genesis = o.get("genesis")
        self.event_bytes = canonical(self.event).encode() if "event" in o else None
        self.id = text(self.event, "id")
        first = self.seq == 0 and text(genesis, "origin") != "" and "event" not in o and "sig" not in o
        other = self.seq != 0 and "genesis" not in o and self.id != "" and text(self.event, "type") != ""
        if o.get("v") != Number("1") or not isinstance(o.get("v"), Number) or str(o.get("seq")) != str(self.seq) or not isinstance(o.get("seq"), Number) or not first and not other:
            raise ValueError("want v 1, seq and, in record 0, a genesis with origin, in others an event with id and type")
        self.origin, self.older = text(genesis, "origin"), []
        s = genesis.get("succeeds") if isinstance(genesis, dict) else None
        while isinstance(s, dict):
            self.older.append((text(s, "origin"), number(s, "kept", 64)))
            s = s.get("succeeds")
        self.leaf = sha256(b"\x00" + line)


# --- who could sign, and who must (docs/trust.md sections 2 and 3) ---

class Register:
    def __init__(self, origin, older):
        self.origin, self.older = origin, []
        for name, kept in older:
            self.older.append((name, min([kept] + [k for _, k in self.older])))
        self.keys, self.policies, self.duties, self.by_id, self.fixed, self.digests = {}, {}, {}, {}, set(), {}

    def rotation(self, r):
        """The keys that a record retires and brings, where it is a rotation whose form is right; the ids of the two that sign."""
        lists = []
        for name in ("retires", "keys"):
            keys = [LedgerKey(t) for t in texts(r.event, name)]
            if not keys or not keys[0].ed25519:
                raise ValueError("want an Ed25519 key first in " + name)
            lists.append(keys)
        return lists

    def brought(self, r):
        """Keys by id that a key event brings, as (verify, holder, role, person, key bytes)."""
        action = text(r.event, "action")
        if action == "register":
            p, holder = Public(text(r.event, "public")), text(r.event, "holder")
            if p.id != text(r.event, "key") or not holder:
                raise ValueError("want a holder, and as key the SHA-256 of public")
            return {p.id: {"verify": p.verify, "holder": holder, "role": text(r.event, "role"), "person": False, "raw": p.key, "revoked": None, "since": r.seq}}
        if action == "rotate":
            return {k.id: {"verify": lambda m, s, key=k.key: ed25519(key, m, s), "person": False, "raw": k.key, "revoked": None}
                    for k in (keys[0] for keys in self.rotation(r))}
        return {}

    def message(self, r, key, meaning, time):
        origin = self.origin
        for name, kept in self.older:
            if r.seq < kept:
                origin = name
        return f"suyuan/v1 signature\n{origin}\n".encode() + b'{"event":' + r.event_bytes + f',"key":"{key}","meaning":"{meaning}","time":"{time}"}}'.encode()

    def add(self, r):
        """Takes in the next record; returns its faults, (step, why)."""
        kind, action, faults = text(r.event, "type"), text(r.event, "action"), []
        bad = lambda why: faults.append(("signature", why))
        brought = {}
        if kind == "key":
            try:
                brought = self.brought(r)
            except ValueError as e:
                bad(f"form: {e}")
        try:
            sigs = signatures(r.sig)
        except ValueError as e:
            sigs = []
            bad(f"form: {e}")
        valid, holds = [], set()
        for key, meaning, time, sig in sigs:
            k = self.keys.get(key) or brought.get(key)
            if k is None:
                bad(f"unknown-key: {key[:16]}")
            elif k["revoked"] is not None:
                bad(f"revoked-key: {key[:16]} by record {k['revoked']}")
            elif not k["verify"](self.message(r, key, meaning, time), sig):
                bad(f"not-verified: {key[:16]}")
            else:
                holds.add(key)
                if k["person"]:
                    valid.append((k["holder"], k["role"], meaning))
        if kind == "signature":
            self.later(r, sigs, bad)
        if kind == "key":
            if action == "revoke" and text(r.event, "key") not in self.keys:
                bad("unknown-key: it is revoked")
            for key, k in sorted(brought.items()):
                if key not in holds:
                    bad(f"no-possession: {key[:16]}")
                if any(k["raw"] == other["raw"] for other in self.keys.values()):
                    bad(f"key-twice: {key[:16]}")
        if text(r.event, "corrects" if kind == "correction" else "replaces") in self.fixed:
            bad("unalterable: it corrects or replaces a key or policy event")
        self.policy(r, kind, action, valid, faults)
        self.effect(r, kind, action, brought, valid, faults)
        self.digests[r.id] = sha256(r.event_bytes).hex()
        return faults

    def later(self, r, sigs, bad):
        given = text(r.event, "sha256")
        if (given or sigs) and given != self.digests.get(text(r.event, "signs")):
            bad("wrong-digest: it does not name the digest of what it signs")
        if any(meaning != text(r.event, "meaning") for _, meaning, _, _ in sigs):
            bad("other-meaning: a signature means something else than its event")

    def policy(self, r, kind, action, valid, faults):
        p = self.policies.get(kind)
        if p is None or kind == "key" and action == "revoke":
            return
        keys = kind in ("key", "policy")
        waived = not keys and "missing-signature" in texts(r.event.get("deviation"), "rules")
        self.duties[r.seq] = self.by_id[r.id] = duty = {"policy": p, "signed": list(valid), "waived": waived}
        if (p["gate"] == "entry" or keys) and not waived:
            faults += [("signature" if keys else "policy", why) for why in lacks(duty)]

    def effect(self, r, kind, action, brought, valid, faults):
        if kind in ("key", "policy"):
            self.fixed.add(r.id)
        key = text(r.event, "key")
        if kind == "key" and action == "revoke":
            if key in self.keys and self.keys[key]["revoked"] is None:
                self.keys[key]["revoked"] = r.seq
        elif faults:
            return
        elif kind == "key" and action == "register":
            self.keys[key] = dict(brought[key], person=text(r.event, "use") == "person")
        elif kind == "policy" and action == "set":
            gate = text(r.event, "gate")
            needs = r.event.get("needs")
            good = isinstance(needs, list) and all(isinstance(n, dict) for n in needs)
            self.policies[text(r.event, "on")] = {
                "gate": gate if gate in ("use", "none") else "entry", "people": max(1, number(r.event, "people")), "since": r.seq,
                "needs": [(text(n, "meaning"), text(n, "role"), max(1, number(n, "count"))) for n in needs] if good else [],
            }
        elif kind == "policy" and action == "end":
            self.policies.pop(text(r.event, "on"), None)
        elif kind == "signature" and not action and text(r.event, "signs") in self.by_id:
            self.by_id[text(r.event, "signs")]["signed"] += valid


def lacks(duty):
    """What a policy wants and does not have yet."""
    p, out = duty["policy"], []

    def people(needs):
        return len({holder for holder, role, meaning in duty["signed"] for m, wanted, _ in needs if m == meaning and wanted in ("", role)})
    for need in p["needs"]:
        if people([need]) < need[2]:
            out.append(f"missing-signatures: {people([need])} of {need[2]} people with meaning {need[0]!r} and role {need[1]!r} by record {p['since']}")
    if not out and people(p["needs"]) < p["people"]:
        out.append(f"missing-signatures: {people(p['needs'])} of {p['people']} people by record {p['since']}")
    return out


# --- the tree (RFC 6962) ---

def node(left, right):
    return sha256(b"\x01" + left + right)


def root_by_proof(seq, size, leaf, proof):
    """The root that a proof leads to (RFC 9162 section 2.1.3.2), or None."""
    if seq >= size:
        return None
    at, last, h = seq, size - 1, leaf
    for p in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            h = node(p, h)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            h = node(h, p)
        at, last = at >> 1, last >> 1
    return h if last == 0 else None


def root_of(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(root_of(leaves[:k]), root_of(leaves[k:]))


# --- the check ---

def followed(records, trusted):
    """The keys that are trusted after all rotations that a trusted one signed."""
    trusted = list(trusted)
    if not records:
        return trusted
    alone = Register(records[0].origin, [])
    for r in records[1:]:
        if text(r.event, "type") != "key" or text(r.event, "action") != "rotate":
            continue
        try:
            (retires, keys), sigs = alone.rotation(r), signatures(r.sig)
        except ValueError:
            continue
        old = retires[0]
        if not any(k.id == old.id for k in trusted):
            continue
        if not any(key == old.id and ed25519(old.key, alone.message(r, key, meaning, time), sig) for key, meaning, time, sig in sigs):
            continue
        trusted = keys
    return trusted


def check(content, trusted):
    """Checks a bundle; returns what it holds, or raises Refused with the first step that failed."""
    try:
        files = unpack(content)
    except ValueError as e:
        raise Refused("container", e) from None
    records, failed = [], None
    lines = files[3][1].split(b"\n")
    for i, line in enumerate(lines[:-1] if lines[-1] == b"" else lines):
        try:
            if lines[-1] != b"" and i == len(lines) - 1:
                raise ValueError("want a line end")
            records.append(Record(line))
        except ValueError as e:
            failed = f"line {i + 1}: {e}"
            break
    trusted = followed(records, trusted)
    origin, size, whole, signer = manifest(files, trusted)
    try:
        name, n, root = open_checkpoint(files[1][1], trusted)
        if (name, n) != (origin, size):
            raise ValueError("it is of another origin or size than the manifest")
    except ValueError as e:
        raise Refused("checkpoint", e) from None
    if failed:
        raise Refused("record", failed)
    chain(records, origin, size, whole)
    in_tree(records, size, root, whole, files)
    register, policy, count = Register(origin, records[0].older), None, 0
    for r in records[1:]:
        for step, why in register.add(r):
            if step == "signature":
                raise Refused(step, f"record {r.seq}: {why}")
            policy = policy or Refused(step, f"record {r.seq}: {why}")
        count += len(r.sig or [])
    if policy:
        raise policy
    open_ = [f"record {seq}: {why}" for seq, d in sorted(register.duties.items()) if not d["waived"] for why in lacks(d)]
    return {
        "entries": [f"{sha256(content).hex()}  {name}" for name, content in files], "kind": "whole" if whole else "part", "ok": True, "open": open_,
        "origin": origin, "records": len(records), "root": root.hex(), "signatures": count, "signer": signer, "size": size,
    }


def manifest(files, trusted):
    try:
        body, found = open_note(files[0][1], trusted)
        head = re.match(r"suyuan/v1 bundle\n(\S+)\nsize ([0-9]{1,16}) (part|whole)\n", body)
        name, encoded, number_ = found[0]
        if not head or head[1] != name or decode64(encoded) is None or f"{body}\n\u2014 {name} {encoded}\n".encode() != files[0][1]:
            raise ValueError("want a manifest with one signature, by its origin")
    except ValueError as e:
        raise Refused("manifest", e) from None
    want = f"suyuan/v1 bundle\n{head[1]}\nsize {int(head[2])} {head[3]}\n"
    for name, content in files[1:]:
        want += f"{sha256(content).hex()} {len(content)} {name}\n"
        if not body.startswith(want):
            raise Refused("altered", f"{name} is not the one that the ledger signed")
    if body != want:
        raise Refused("altered", "the ledger signed more")
    return head[1], int(head[2]), head[3] == "whole", f"{found[0][0]}+{number_}"


def chain(records, origin, size, whole):
    if not records or records[0].origin != origin:
        raise Refused("record", "record 0 is not there")
    for before, r in zip(records, records[1:]):
        if r.seq <= before.seq or r.seq >= size:
            raise Refused("record", f"record {r.seq}: it stands after record {before.seq}, at size {size}")
        if r.seq == before.seq + 1 and r.prev != before.leaf.hex():
            raise Refused("record", f"record {r.seq}: prev is not the hash of the record before")
    if whole and len(records) != size:
        raise Refused("record", f"found {len(records)} records, want all {size}")


def in_tree(records, size, root, whole, files):
    proofs = files[4][1] if files[4][0] == "proofs" else None
    if (proofs is None) != whole:
        raise Refused("proof", "want proofs in a part, and none in a whole bundle")
    if whole:
        if root_of([r.leaf for r in records]) != root:
            raise Refused("proof", "the records give another root than the checkpoint says")
        return
    lines = proofs.split(b"\n")
    if lines[-1] != b"" or len(lines) != len(records) + 1:
        raise Refused("proof", "want a line for each record")
    for r, line in zip(records, lines):
        fields = line.decode("utf-8", "replace").split(" ")
        hashes = [decode64(f) for f in fields[1:]]
        if fields[0] != str(r.seq) or any(h is None or len(h) != 32 for h in hashes) or root_by_proof(r.seq, size, r.leaf, hashes) != root:
            raise Refused("proof", f"record {r.seq}: no proof of it")


# --- the program ---

def read_keys(arguments):
    trusted = []
    for argument in arguments:
        try:
            with open(argument, encoding="utf-8") as f:
                lines = f.read().split("\n")
        except OSError:
            if argument.count("+") < 2:
                raise
            lines = [argument]
        keys = [LedgerKey(line) for line in map(str.strip, lines) if line and not line.startswith("#")]
        if not keys:
            raise ValueError(f"--key: {argument!r} holds no verifier key")
        trusted += keys
    return trusted


def step_of(content, trusted):
    try:
        check(content, trusted)
        return "ok"
    except Refused as e:
        return e.step


def main(arguments):
    p = argparse.ArgumentParser(usage=__doc__.split("\n\n", 1)[1])
    p.add_argument("bundle", nargs="?")
    p.add_argument("--key", action="append", required=True)
    p.add_argument("--json", action="store_true")
    p.add_argument("--batch")
    p.add_argument("--flips")
    args = p.parse_args(arguments)
    try:
        trusted = read_keys(args.key)
        if not openssl_works():
            raise OSError("openssl 3.0 or later is needed")
        if args.batch:
            with open(args.batch, "rb") as f:
                for line in f:
                    one = json.loads(line)
                    print(one["name"], step_of(base64.b64decode(one["bundle"]), trusted))
            return 0
        if not (args.bundle or args.flips):
            p.error("want a bundle")
        with open(args.flips or args.bundle, "rb") as f:
            content = f.read()
    except OSError as e:
        print(f"verify_bundle.py: {e}", file=sys.stderr)
        return 1
    except ValueError as e:
        print(f"verify_bundle.py: {e}", file=sys.stderr)
        return 2
    if args.flips:
        return flips(content, trusted)
    if any(not k.ed25519 for k in trusted):
        print("verify_bundle.py: ML-DSA-44 keys are not known here; their signatures are passed over", file=sys.stderr)
    try:
        found = check(content, trusted)
    except Refused as e:
        if args.json:
            print(json.dumps({"error": {"code": e.step, "message": str(e)}}), file=sys.stderr)
        else:
            print(f"verify_bundle.py: {e}", file=sys.stderr)
        return 3
    if args.json:
        print(json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
        return 0
    print(f"holds: {found['kind']} bundle of {json.dumps(found['origin'], ensure_ascii=False)}, {found['records']} of {found['size']} records, "
          f"{found['signatures']} signatures on them\nsigned by {found['signer']}, root {found['root']}")
    for line in found["open"] + found["entries"]:
        print("  " + line)
    return 0


def flips(content, trusted):
    """Tries a change of every byte: one bit of it, another one from byte to byte. Then the same within the entries, in a container
    that is right again, so that signatures and digests have to notice."""
    if step_of(content, trusted) != "ok":
        print("verify_bundle.py: the bundle itself does not hold", file=sys.stderr)
        return 3
    tried, accepted = 0, []
    for i in range(len(content)):
        tried += 1
        if step_of(flipped(content, i), trusted) == "ok":
            accepted.append(f"byte {i}")
    files = unpack(content)
    for n, (name, entry) in enumerate(files):
        for i in range(len(entry)):
            tried += 1
            if step_of(pack(files[:n] + [(name, flipped(entry, i))] + files[n + 1:]), trusted) == "ok":
                accepted.append(f"byte {i} of {name}")
    print(f"{tried - len(accepted)} of {tried} changes refused")
    for where in accepted:
        print(f"verify_bundle.py: a change of {where} was not noticed", file=sys.stderr)
    return 3 if accepted else 0


def flipped(b, i):
    return b[:i] + bytes([b[i] ^ 1 << i % 8]) + b[i + 1:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
