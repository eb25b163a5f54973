"""Our tar reader against the standard library's, and against tars that nobody should write."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_lint.errors import SourceError
from lambda_lint.image.tar import Member, TarReader, starts_tar

BLOCK = 512


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def read(data: bytes, chunk: int = 1 << 16) -> list[tuple[Member, bytes]]:
    reader = TarReader(chunked(data, chunk))
    return [(member, b"".join(reader.content())) for member in reader.members()]


def members(data: bytes) -> list[Member]:
    return list(TarReader(chunked(data, 1000)).members())


def tar(infos: Sequence[tuple[tarfile.TarInfo, bytes]], tar_format: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tar_format) as archive:
        for info, content in infos:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def info(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


def header(name: bytes, size: bytes = b"0" * 11, kind: bytes = b"0", magic: bytes = b"ustar\x0000") -> bytes:
    fields = name.ljust(100, b"\0") + b"0000644\x000000000\x000000000\0" + size.ljust(12, b"\0") + b"0" * 12
    block = bytearray(fields + b" " * 8 + kind + bytes(100) + magic.ljust(8, b"\0")).ljust(BLOCK, b"\0")
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=300)
KINDS = st.sampled_from(
    [tarfile.REGTYPE] * 4
    + [tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE]
)


@st.composite
def entries(draw: st.DrawFn, numbers: int = 1 << 40) -> tuple[tarfile.TarInfo, bytes]:
    made = info(draw(NAMES), draw(KINDS))
    if made.type in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        made.linkname = draw(NAMES)
    made.mode = draw(st.integers(0, 0o7777))
    made.uid, made.gid = draw(st.integers(0, (1 << 32) - 1)), draw(st.integers(0, 0o777))
    made.mtime = draw(st.integers(0, numbers))
    made.pax_headers = draw(st.dictionaries(st.sampled_from(["comment", "SCHILY.xattr.user.a"]), NAMES, max_size=1))
    return made, draw(st.binary(max_size=1500)) if made.isreg() else b""


@given(
    st.lists(entries(), max_size=6),
    st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
    st.sampled_from([100, 511, 512, 513, 5000, 1 << 20]),
)
def test_it_reads_what_the_standard_library_reads(
    content: list[tuple[tarfile.TarInfo, bytes]], tar_format: int, chunk: int
) -> None:
    data = tar(content, tar_format)
    with tarfile.open(fileobj=io.BytesIO(data)) as oracle:
        expected = [
            (
                entry.name,
                "0" if entry.isreg() else entry.type.decode(),
                entry.mode,
                entry.uid,
                entry.gid,
                entry.size,
                entry.linkname if entry.islnk() or entry.issym() else "",
                oracle.extractfile(entry).read() if entry.isreg() else b"",  # type: ignore[union-attr]
            )
            for entry in oracle
        ]
    assert [
        (
            member.name.rstrip("/"),
            member.type,
            *member.owner,
            member.size,
            member.link,
            found,
        )
        for member, found in read(data, chunk)
    ] == [(entry[0].rstrip("/"), *entry[1:]) for entry in expected]


FIELD = st.text("01234567 \0_-x\x80\xff", max_size=12).map(lambda text: text.encode("latin-1"))
SIZE = FIELD | st.from_regex(rb"0{8}[0-7]{3}[\0 7x]|[-+ ]0{7}[0-7]{3}[\0 ]|[0-7]{3}[\0 ]+|\x80\0{10}.", fullmatch=True)
LETTERS = [b"0"] * 12 + [b"1", b"2"] * 4 + [b"\0", b"3", b"4", b"5", b"6", b"7", b"8", b"S", b"Z"]


@st.composite
def headers(draw: st.DrawFn) -> bytes:
    """Headers that are sound, with fields that need not be."""
    block = bytearray(header(draw(st.binary(max_size=100)), kind=draw(st.sampled_from(LETTERS))))
    for start, end in ((100, 108), (108, 116), (116, 124), (124, 136), (157, 257), (257, 265), (345, 500)):
        if draw(st.booleans()):
            values = st.binary(max_size=end - start) if end > 136 else SIZE if start == 124 else FIELD
            field = draw(values)[: end - start]
            block[start:end] = field.ljust(end - start, draw(st.sampled_from([b"\0", b" ", b"0"])))
    if draw(st.booleans()):
        block[257:265] = draw(st.sampled_from([b"ustar\x0000", b"ustar  \0"]))
    block[148:156] = b" " * 8
    unsigned, signed = sum(block), sum(byte - 256 if byte > 127 else byte for byte in block)
    form = draw(st.sampled_from([b"%06o\0 ", b"%07o\0", b"%8o"]))
    block[148:156] = form % draw(st.sampled_from([unsigned, max(0, signed)]))
    return bytes(block)


def behind(first: bytes, blocks: bytes) -> list[Member] | str:
    """The members behind a first one, or the error."""
    try:
        members = list(TarReader(stretch=Stretch(first + blocks)).members())
    except SourceError as error:
        return str(error)
    return [member for member in members if member.offset > len(first)]


@given(st.lists(headers(), min_size=1, max_size=3))
def test_the_short_way_through_a_plain_header_leads_to_where_the_long_one_does(blocks: list[bytes]) -> None:
    data = b"".join(block + bytes(BLOCK) for block in blocks)
    plain = header(b"f", b"00000000014") + bytes(BLOCK)
    # Behind a global header there is no short way. This one says nothing of any member.
    comment = header(b"g", b"00000000014", b"g") + b"12 comment=\n".ljust(BLOCK, b"\0")
    assert behind(plain, data) == behind(comment, data)


@given(st.binary(max_size=3000))
def test_no_bytes_make_it_fail_in_any_other_way_than_with_a_source_error(data: bytes) -> None:
    with contextlib.suppress(SourceError):
        read(data)


@given(st.lists(entries(), min_size=1, max_size=3), st.data())
def test_a_damaged_tar_gives_members_or_a_source_error(
    content: list[tuple[tarfile.TarInfo, bytes]], data: st.DataObject
) -> None:
    whole = bytearray(tar(content))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(SourceError):
        read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


@given(st.lists(entries(), min_size=1, max_size=4), st.data())
def test_content_may_be_taken_left_or_taken_in_part(
    content: list[tuple[tarfile.TarInfo, bytes]], data: st.DataObject
) -> None:
    reader = TarReader(chunked(tar(content), 700))
    seen = []
    for member, (_, expected) in zip(reader.members(), content, strict=True):
        most = data.draw(st.integers(0, 1600))
        assert reader.read(most) == expected[:most]
        seen.append(member.size)
    assert seen == [len(expected) for _, expected in content]


def test_a_name_is_put_together_from_the_prefix_of_ustar() -> None:
    name = "a" * 90 + "/" + "b" * 90
    assert [member.name for member in members(tar([(info(name), b"x")], tarfile.USTAR_FORMAT))] == [name]


def test_the_prefix_field_of_a_gnu_header_is_no_prefix() -> None:
    block = bytearray(header(b"file", magic=b"ustar  \0"))
    block[345:357] = b"12345670123\0"  # access time
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    assert [member.name for member in members(bytes(block))] == ["file"]


def test_an_old_tar_marks_a_directory_by_its_name() -> None:
    data = header(b"dir/", kind=b"\0", magic=b"") + header(b"file", kind=b"\0", magic=b"")
    assert [(member.name, member.type) for member in members(data)] == [("dir/", "5"), ("file", "0")]


def test_a_size_beyond_octal_is_base_256() -> None:
    size = b"\x80" + (9 << 30).to_bytes(11, "big")
    with pytest.raises(SourceError, match="truncated, the tar ends at byte 512 inside a member"):
        members(header(b"big", size))
    stream = TarReader(stretch=Hollow(header(b"big", size)))
    assert [member.size for member in stream.members()] == [9 << 30]


def test_a_negative_owner_is_what_the_kernel_makes_of_it() -> None:
    block = bytearray(header(b"file"))
    block[108:116] = b"\xff" * 7 + b"\xfe"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    assert [member.owner.uid for member in members(bytes(block))] == [0xFFFFFFFE]


def test_a_checksum_over_signed_bytes_is_taken() -> None:
    block = bytearray(header("ü".encode(), magic=b""))
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(byte - 256 if byte > 127 else byte for byte in block)
    assert [member.name for member in members(bytes(block))] == ["ü"]


def test_a_name_that_is_no_utf_8_comes_back_to_the_same_bytes() -> None:
    assert [member.name.encode("utf-8", "surrogateescape") for member in members(header(b"caf\xe9"))] == [b"caf\xe9"]


def test_a_global_header_holds_until_the_next() -> None:
    buffer = io.BytesIO()
    with tarfile.open(
        fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"uid": "7", "comment": "x"}
    ) as archive:
        for name in ("a", "b"):
            archive.addfile(info(name))
    assert [(member.name, member.owner.uid) for member in members(buffer.getvalue())] == [("a", 7), ("b", 7)]


def test_hard_links_and_directories_have_no_content_whatever_their_size_says() -> None:
    data = header(b"link", b"00000001000", b"1") + header(b"dir", b"00000001000", b"5") + header(b"file")
    assert [(member.name, member.size) for member in members(data)] == [("link", 0), ("dir", 0), ("file", 0)]


def test_an_unknown_type_is_passed_over_with_its_content() -> None:
    data = header(b"odd", b"00000001000", b"Z") + bytes(BLOCK) + header(b"file")
    assert [(member.name, member.type, member.size) for member in members(data)] == [
        ("odd", "Z", 512),
        ("file", "0", 0),
    ]


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"", id="no end blocks"),
        pytest.param(bytes(BLOCK), id="one end block"),
        pytest.param(bytes(2 * BLOCK) + b"garbage" * 1000, id="garbage behind the end"),
        pytest.param(bytes(20 * BLOCK), id="a padded record"),
    ],
)
def test_a_tar_may_end_in_several_ways(tail: bytes) -> None:
    data = header(b"file", b"00000000003") + b"abc".ljust(BLOCK, b"\0") + tail
    reader = TarReader(chunked(data, 100))
    assert [member.name for member in reader.members()] == ["file"]
    assert reader.drain() == len(data)


def test_the_padding_of_the_last_member_may_be_missing() -> None:
    assert read(header(b"file", b"00000000003") + b"abc")[0][1] == b"abc"


def test_an_empty_stream_is_a_tar_of_nothing() -> None:
    assert members(b"") == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(header(b"a")[:300], "ends at byte 300 inside a header", id="inside a header"),
        pytest.param(
            header(b"a", b"00000001000") + b"x" * 100, "ends at byte 612 inside a member", id="inside a member"
        ),
        pytest.param(header(b"a") + b"x" * BLOCK, "not a tar header at byte 512", id="no header"),
        pytest.param(header(b"a", b"z" * 11), "not a number in a tar header", id="size is no number"),
        pytest.param(header(b"a", b"\xff" * 12), "a size out of range", id="negative size"),
        pytest.param(
            header(b"a", b"00077777777", b"x"), "an extended tar header of 16777215 bytes", id="huge pax header"
        ),
        pytest.param(header(b"a", b"0" * 11, b"L"), "an extended header is its last member", id="long name of nothing"),
        pytest.param(
            header(b"a", b"00000000004", b"x") + b"9 a\n".ljust(BLOCK, b"\0") + header(b"b"),
            "a broken record",
            id="broken pax record",
        ),
        pytest.param(
            header(b"a", b"00000000011", b"x") + b"9 size=x\n".ljust(BLOCK, b"\0") + header(b"b"),
            "not a number in an extended tar header: 'x'",
            id="pax size is no number",
        ),
        pytest.param(
            header(b"a", b"00000000012", b"x") + b"10 path=\0\n".ljust(BLOCK, b"\0") + header(b"b"),
            "a name with a zero byte",
            id="a name that no system takes",
        ),
    ],
)
def test_a_broken_tar_is_a_clear_error(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(data)


@pytest.mark.skipif(shutil.which("tar") is None, reason="needs GNU tar")
@pytest.mark.parametrize(
    "options", [["-H", "gnu"], *(["-H", "pax", f"--sparse-version={v}"] for v in ("0.0", "0.1", "1.0"))]
)
def test_sparse_files_have_their_real_size_and_their_stored_pieces(tmp_path: Path, options: list[str]) -> None:
    sparse, plain = tmp_path / "sparse", tmp_path / "plain"
    with sparse.open("wb") as file:
        for piece in range(40):
            file.seek(piece << 20)
            file.write(b"%04d" % piece)
        file.truncate(50 << 20)
    plain.write_text("after")
    subprocess.run(["tar", "-cSf", "out.tar", *options, "sparse", "plain"], cwd=tmp_path, check=True)
    data = (tmp_path / "out.tar").read_bytes()
    (first, stored), (second, after) = read(data)
    with tarfile.open(tmp_path / "out.tar") as oracle:
        assert first.sparse is not None
        assert tuple(piece for piece in first.sparse if piece[1]) == tuple(
            piece for piece in oracle.getmember("sparse").sparse or () if piece[1]
        )
    assert (first.name, first.size, first.stored) == ("sparse", 50 << 20, len(stored))
    assert len(data) < 1 << 20
    assert (second.name, after) == ("plain", b"after")


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param(header(b"a"), True, id="a header"),
        pytest.param(bytes(1024), True, id="the end of a tar of nothing"),
        pytest.param(b"FROM scratch\n" * 60, False, id="text"),
        pytest.param(header(b"a")[:400], False, id="too short"),
    ],
)
def test_the_start_of_a_tar_is_known(start: bytes, expected: bool) -> None:
    assert starts_tar(start) is expected


class Stretch:
    """Bytes that count how many of them were read."""

    def __init__(self, data: bytes) -> None:
        self.size = len(data)
        self.data = data
        self.taken = 0

    def at(self, place: int, most: int) -> bytes:
        piece = self.data[place : place + most]
        self.taken += len(piece)
        return piece


class Hollow(Stretch):
    """One that goes on behind its bytes, as a sparse file does: nothing there is in anybody's way."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.size = 1 << 62


def test_a_tar_on_a_stretch_is_not_read_where_nobody_looks() -> None:
    stretch = Stretch(tar([(info("big"), bytes(1 << 20)), (info("small"), b"x"), (info("large"), bytes(1 << 20))]))
    assert [member.name for member in TarReader(stretch=stretch).members()] == ["big", "small", "large"]
    assert stretch.taken < 1 << 18


def test_small_members_of_a_stretch_are_read_many_at_a_time() -> None:
    calls = []

    class Counting(Stretch):
        def at(self, place: int, most: int) -> bytes:
            calls.append(most)
            return super().at(place, most)

    data = tar([(info(f"file-{number}"), b"x" * 600) for number in range(1000)])
    assert len(list(TarReader(stretch=Counting(data)).members())) == 1000
    assert len(calls) < 40


@pytest.mark.parametrize("sizes", [[0, 600, 20_000, 5, 70_000, 4000, 4608], [200_000] * 3, [9000, 1] * 20])
def test_a_stretch_has_the_members_and_the_content_that_a_stream_has(sizes: list[int]) -> None:
    data = tar([(info(f"file-{number}"), bytes([number]) * size) for number, size in enumerate(sizes)])
    for end in (len(data), len(data) - BLOCK, len(data) // 2, 700, BLOCK, 100, 0):
        found = []
        for reader in (TarReader(chunked(data[:end], 1000)), TarReader(stretch=Stretch(data[:end]))):
            seen: list[object] = []
            try:
                for number, member in enumerate(reader.members()):
                    seen.append((member, b"" if number % 3 else reader.read(3000)))
                seen.append(reader.drain())
            except SourceError as error:
                seen.append(str(error))
            found.append(seen)
        assert found[0] == found[1]


def test_text_behind_the_last_record_of_an_extended_header_is_an_error() -> None:
    data = b"12 comment=\n" + b"x" * 30
    with pytest.raises(SourceError, match="a broken record in an extended tar header"):
        members(header(b"x", b"%011o" % len(data), b"x") + data.ljust(BLOCK, b"\0") + header(b"file"))
