"""A block of texts as one array of bytes, and what its shape tells of each text, all at once.

1. numpy goes over bytes far quicker than Python over texts. Most rules look at few places: the
   signs, the beginnings of numbers.
2. A rule may say yes too often, never too seldom: for what, the rules of `Codes`, `links` and
   `normalise` are the measure.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from verifykb.message import fold

_Bytes = NDArray[np.uint8]
_Bools = NDArray[np.bool_]
_Numbers = NDArray[np.intp]

_SEPARATOR = " \0 "
_MIN_KEYS = 3  # of Telex or VNI in a text that was typed with them
_MAX_APART = 4  # letters of a word that is spelt
_MAX_PHONE_CHARACTERS = 24  # digits and what parts them
_MAX_ADDRESS = 8  # characters between the first and the last dot of an IP address
_UNKNOWN = 255
_PLACES = np.full(1 << 16, _UNKNOWN, np.uint8)  # by UTF-16 unit
_PLACES[[ord(char) for char in fold.ALPHABET]] = np.arange(len(fold.ALPHABET), dtype=np.uint8)
_PLACES[ord(fold.UNKNOWN)] = _UNKNOWN
_CODE = {char: np.uint8(fold.ALPHABET.index(char)) for char in "\0\n !#$&(),-./:<@[|01489"}
_GAP = ord(" ")  # of the gate
_OF_NUMBERS = np.frombuffer(fold.PHONE_PARTS, np.uint8) == ord("0")


class Block:
    """Texts as one array.

    Args:
        texts: in any characters; there are as many in the block, unless one of them holds a NUL.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        joined = f" {_SEPARATOR.join(texts)} "
        codes = _PLACES.take(np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16))
        self._codes = codes
        self._raw = codes.tobytes()
        self._ends = np.flatnonzero(codes == _CODE["\0"])
        self._starts = np.concatenate(([0], self._ends + 1))  # of each text, with the space before it
        self._gate = np.frombuffer(self._raw.translate(fold.GATE), np.uint8)
        self._digit = _is_digit(codes)
        # Letters and digits; some signs stand for letters in the gate.
        self._word = (self._gate > _GAP) & (codes != _CODE["@"]) & (codes != _CODE["$"])
        # All else but spaces, with what stands before and behind it.
        self._at = np.flatnonzero(~self._word & (codes != _CODE[" "]))
        self._signs = codes[self._at], codes[self._at - 1], codes[self._at + 1]
        line = self._without_double_gaps()
        # The texts as the gate reads them, one space around each word.
        self.line = line.decode("ascii")
        self._line_ends = np.append(np.flatnonzero(np.frombuffer(line, np.uint8) == 0), len(line))

    def __len__(self) -> int:
        return len(self._starts)

    def codes_of(self, number: int, length: int) -> bytes:
        """Give a text in bytes, as `Codes` takes them."""
        start = int(self._starts[number]) + 1
        return self._raw[start : start + length]

    def span_of(self, number: int) -> tuple[int, int]:
        """Give where a text is in the line."""
        return int(self._line_ends[number - 1]) + 1 if number else 0, int(self._line_ends[number])

    def numbers_of(self, places: Sequence[int]) -> _Numbers:
        """Give the numbers of the texts that places of the line are in."""
        return self._line_ends.searchsorted(places)

    def needs_reader(self) -> _Bools:
        """Tell for each text whether it holds an unknown character, a link, an address, HTML, or spelt letters."""
        sign, _, behind = self._signs
        joins = self._word[self._at + 1]
        found = (sign == _UNKNOWN) | (sign == _CODE["@"]) | (sign == _CODE["["])
        found |= (sign == _CODE[":"]) & (behind == _CODE["/"])
        tag = joins | (behind == _CODE["/"]) | (behind == _CODE["#"])
        found |= ((sign == _CODE["<"]) | (sign == _CODE["&"])) & tag
        return self._any(self._at[found], self._single_letters(), self._long_words())

    @cached_property
    def has_dots(self) -> _Bools:
        """Tell for each text whether a dot stands within a word or number."""
        sign, before, behind = self._signs
        dots = (sign == _CODE["."]) & self._word[self._at + 1] & (~_is_digit(behind) | _is_digit(before))
        return self._any(self._at[dots])

    @cached_property
    def has_thing_signs(self) -> _Bools:
        """Tell for each text whether it has the signs of a link, an address or a number."""
        return self.has_dots | (self._count(np.flatnonzero(self._digit)) >= fold.MIN_PHONE_DIGITS)

    def may_hold_thing(self) -> _Bools:
        """Tell for each text with such signs whether there may be a link, an address or a number in it."""
        codes, last = self._codes, len(self._codes) - 1
        sign, before, behind = self._signs
        dots = (sign == _CODE["."]) & ((self._word[self._at + 1] & ~_is_digit(behind)) | (before == _CODE["("]))
        further = codes[np.minimum(self._at + 2, last)]
        colons = (sign == _CODE[":"]) & ((further == _CODE["/"]) | (self._gate[self._at - 1] == ord("a")))  # data:
        return self._any(self._at[dots | colons], self._numbers(), self._ip_addresses())

    def has_mixed_words(self) -> _Bools:
        """Tell for each text whether it has words that are not read letter by letter: 2tr, zalo1, p!n."""
        digit, gate, (sign, _, _) = self._digit, self._gate, self._signs
        within = (sign == _CODE["$"]) | (((sign == _CODE["!"]) | (sign == _CODE["|"])) & self._word[self._at + 1])
        amounts = digit[:-1] & ~digit[1:] & ((gate[1:] == ord("k")) | (gate[1:] == ord("t")))
        named = digit[1:] & ~digit[:-1] & (gate[:-1] == ord("o"))
        date = digit[:-2] & digit[2:] & (gate[1:-1] == ord("d"))  # 5d7, which is no sdt
        return self._any(self._at[within], np.flatnonzero(amounts | named), np.flatnonzero(date))

    def may_be_broken(self) -> _Bools:
        """Tell for each text whether a host may run through its spaces and line breaks."""
        sign, before, behind = self._signs
        broken = (sign == _CODE["\n"]) & ((before == _CODE["-"]) | (behind == _CODE["."]))
        broken |= (sign == _CODE["."]) & (before == _CODE[" "]) & (behind == _CODE[" "])
        return self._any(self._at[broken])

    def shows_keys(self) -> _Bools:
        """Tell for each text whether it may be typed with Telex or VNI: doubled letters, w, digits in words."""
        gate, digit, letter = self._gate[1:], self._digit[1:], self._word[:-1] & ~self._digit[:-1]
        keys = letter & (digit | (gate == ord("w")) | (gate == self._gate[:-1]))
        return self._count(np.flatnonzero(keys)) >= _MIN_KEYS

    def _without_double_gaps(self) -> bytes:
        gap = self._gate == _GAP
        kept = np.ones_like(gap)
        np.logical_not(gap[1:] & gap[:-1], out=kept[1:])
        line: bytes = self._gate[kept].tobytes()
        return line

    def _single_letters(self) -> _Numbers:
        """Give where single letters stand in a row, parted alike: O T P, O. T. P, O - T - P."""
        word = self._word
        at = np.flatnonzero(word[1:-1] & ~word[2:] & ~word[:-2]) + 1
        apart = np.diff(at)
        found: _Numbers = at[2:][(apart[1:] == apart[:-1]) & (apart[1:] <= _MAX_APART)]
        return found

    def _long_words(self) -> _Numbers:
        """Give where words begin that are too long for one."""
        run = self._word
        for length in (1, 2, 4, 8):  # where twice as many stand each time, up to sixteen
            run = run[:-length] & run[length:]
        return np.flatnonzero(run)

    def _numbers(self) -> _Numbers:
        """Give where phone numbers may begin: with 0, 84, 18 or 19, and digits enough behind, however they are parted."""
        codes = self._codes
        at = np.flatnonzero(self._digit[1:] & ~self._word[:-1]) + 1
        at = at[codes[at - 1] != _CODE["."]]
        first, second = codes[at], codes[at + 1]
        begins = (first == _CODE["0"]) | ((first == _CODE["8"]) & (second == _CODE["4"]))
        begins |= (first == _CODE["1"]) & ((second == _CODE["8"]) | (second == _CODE["9"]))
        at = at[begins]
        digits = np.ones_like(at)
        goes_on = np.ones(len(at), np.bool_)
        for further in range(1, _MAX_PHONE_CHARACTERS):
            behind = codes[np.minimum(at + further, len(codes) - 1)]
            goes_on &= _OF_NUMBERS[behind]
            digits += goes_on & _is_digit(behind)
        found: _Numbers = at[digits >= fold.MIN_PHONE_DIGITS]
        return found

    def _ip_addresses(self) -> _Numbers:
        """Give where addresses like 192.0.2.1/a may be: three dots between digits, and a slash or colon behind."""
        codes, (sign, before, behind) = self._codes, self._signs
        dots = self._at[(sign == _CODE["."]) & _is_digit(before) & _is_digit(behind)]
        last = dots[2:][dots[2:] - dots[:-2] <= _MAX_ADDRESS]
        ends = [codes[np.minimum(last + further, len(codes) - 1)] for further in (2, 3, 4)]
        found: _Numbers = last[np.any([(end == _CODE["/"]) | (end == _CODE[":"]) for end in ends], axis=0)]
        return found

    def _any(self, *places: _Numbers) -> _Bools:
        """Tell for each text whether one of some places is in it."""
        return self._count(np.concatenate(places)) > 0

    def _count(self, places: _Numbers) -> _Numbers:
        """Give how many of some places are in each text."""
        return np.bincount(self._ends.searchsorted(places), minlength=len(self))


def _is_digit(codes: _Bytes) -> _Bools:
    return codes - _CODE["0"] < len("0123456789")  # what is below wraps around
