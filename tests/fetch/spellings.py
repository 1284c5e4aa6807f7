"""Ways of writing addresses that lead inside: to this machine, to a private network, or to a cloud's metadata."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

INSIDE = ("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.100.100.200",
          "168.63.129.16", "192.0.0.192", "100.64.0.1")  # fmt: skip
DIGITS = {
    "full width": "０１２３４５６７８９", "mathematical": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "arabic": "٠١٢٣٤٥٦٧٨٩",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹", "circled": "⓪①②③④⑤⑥⑦⑧⑨",
}  # fmt: skip
NAMES = (
    "localhost", "LOCALHOST", "localhost.", "localhost.localdomain", "ip6-localhost", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ",
    "loc\u00adalhost", "local\u200bhost", "%6c%6fcalhost", "127.000.000.001", "metadata", "metadata.google.internal",
    "host.docker.internal",
)  # fmt: skip
V6 = (
    "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::ffff:0:127.0.0.1]", "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::]", "[2001::f5ff:fffe]",
    "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[fd00:ec2::254]", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]",
    "[ff02::1]", "[2001:db8::1]", "[100::1]", "[3fff::1]", "[::ffff:169.254.169.254]", "[::ffff:10.0.0.1]",
    "[::ffff:c0a8:101]", "[0:0:0:0:0:ffff:7f00:0001]", "[::ffff:0.0.0.0]",
)  # fmt: skip


def written(address: str) -> Iterator[str]:
    """An IPv4 address as libraries, resolvers and people have been seen to write it."""
    number, parts = int(IPv4Address(address)), [int(part) for part in address.split(".")]
    a, b, c, d = parts
    yield address
    yield address + "."
    yield str(number)
    yield f"0x{number:x}"
    yield f"0X{number:08X}"
    yield f"0{number:o}"
    yield ".".join(f"0x{part:x}" for part in parts)
    yield ".".join(f"0{part:o}" for part in parts)
    yield f"{a}.{b}.{c * 256 + d}"
    yield f"{a}.{number & 0xFFFFFF}"
    yield f"0x{a:x}.{b}.0{c:o}.{d}"
    yield ".".join(str(part + 256) for part in parts)
    yield str(number + 2**32)
    yield address.replace(".", "。")
    yield address.replace(".", "%2e")
    yield "%" + "%".join(f"{ord(sign):02x}" for sign in address)
    yield f"public.example@{address}"
    yield f"[::ffff:{address}]"
    yield f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]"
    yield f"[64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}]"
    for shapes in DIGITS.values():
        yield address.translate({ord(str(n)): sign for n, sign in enumerate(shapes)})


def spellings() -> tuple[str, ...]:
    """Hosts as they stand in an address; each once."""
    return tuple(dict.fromkeys([*(form for one in INSIDE for form in written(one)), *NAMES, *V6]))


def literals() -> tuple[str, ...]:
    """What a name server may answer: addresses in their own notation."""
    plain = [*INSIDE, *(form[1:-1] for one in INSIDE for form in written(one) if form.startswith("[")),
             *(one[1:-1] for one in V6 if "%25" not in one)]  # fmt: skip
    return tuple(dict.fromkeys(plain))
