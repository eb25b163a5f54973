"""The part of the POSIX shell's grammar (with bash's `[[ ]]`) that entry scripts use, as a syntax tree.

Whatever is outside that part raises `UnparsableError`, so that nobody reasons about a script that was half understood.
"""

from __future__ import annotations

import re

from lambda_lint import Value, regex

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNMENT = regex(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=")
_PARAMETER = regex(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
_OPERATOR = regex(r";;&|;;|;&|&&|\|\||\|&|[;&|()]")
_REDIRECT = regex(r"(\d*)(<<<|<<-|<<|>>|<>|>\||<&|>&|&>>|&>|<|>)")
_BREAKS = "\n;&|()<> \t\r"
_BLANKS = regex(r"(?:[ \t\r]+|\\\n|#[^\n]*)*")
_UNBROKEN = regex(r"[^\n;&|()<> \t\r]+")
_PLAIN = regex(r"[^\n;&|()<> \t\r'\"\\$`]+")
_MAX_DEPTH = 40


class UnparsableError(Exception):
    """The text is not in the part of the language that is understood."""


class Literal(Value):
    """Text. Quoted text is neither split nor matched as a pattern."""

    text: str
    quoted: bool


class Word(Value):
    """Parts that stand together."""

    parts: tuple[Part, ...]

    @property
    def bare(self) -> str | None:
        """The text of a word without quotes and expansions, else None."""
        match self.parts:
            case (Literal(text, False),):
                return text
        return None


class Parameter(Value):
    """`$name` or `${name OPERATOR argument}`; `operator` is "" for the plain form, `length` for `${#name}`."""

    name: str
    quoted: bool
    operator: str = ""
    argument: Word = Word(())


class Substitution(Value):
    """`$(text)` or backquotes."""

    text: str
    quoted: bool


class Opaque(Value):
    """Something with a value that is not worked out: `$((1+1))`, `<(command)`."""

    quoted: bool


Part = Literal | Parameter | Substitution | Opaque


class Simple(Value):
    """Assignments, then a command's words. Redirections are read over."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    line: int


class Pipeline(Value):
    """`[!] a | b`."""

    commands: tuple[Node, ...]
    negated: bool


class AndOr(Value):
    """`first && x || y`: each of `rest` with its operator."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


class Sequence(Value):
    """Commands in order; the flag tells that it is put in the background."""

    items: tuple[tuple[Node, bool], ...]


class If(Value):
    """Each condition with its body; `otherwise` may be empty."""

    branches: tuple[tuple[Sequence, Sequence], ...]
    otherwise: Sequence


class Case(Value):
    """`case word in pattern | pattern) body ;; ... esac`."""

    word: Word
    items: tuple[tuple[tuple[Word, ...], Sequence], ...]


class For(Value):
    """`for name in words`; `words` is None for the form that runs over the arguments."""

    name: str
    words: tuple[Word, ...] | None
    body: Sequence


class While(Value):
    """`while` and, with `until`, its opposite."""

    condition: Sequence
    body: Sequence
    until: bool


class Group(Value):
    """`{ ...; }`, or a subshell."""

    body: Sequence
    subshell: bool


class Function(Value):
    """A function's definition."""

    name: str
    body: Node


class Test(Value):
    """bash's `[[ ... ]]`: its words."""

    words: tuple[Word, ...]


Node = Simple | Pipeline | AndOr | Sequence | If | Case | For | While | Group | Function | Test

_RESERVED = frozenset(
    [
        "if",
        "then",
        "elif",
        "else",
        "fi",
        "for",
        "in",
        "while",
        "until",
        "do",
        "done",
        "case",
        "esac",
        "{",
        "}",
        "!",
        "[[",
    ]
)


def parse(text: str) -> Sequence:
    """The whole script. Raises `UnparsableError`."""
    parser = _Parser(text)
    try:
        tree = parser.sequence(())
    except RecursionError:
        raise UnparsableError("nested too deeply") from None
    if not parser.at_end():
        raise UnparsableError(f"line {parser.line}: unexpected {text[parser.at : parser.at + 1]!r}")
    return tree


class _Parser:
    """Recursive descent over the characters, since what a character means depends on where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self._heredocs: list[tuple[str, bool]] = []
        self._skipped_heredocs = 0
        self._counted, self._line = 0, 1

    @property
    def line(self) -> int:
        """The line of the current character. Counted on from the last time: a script may have very many commands."""
        if self.at < self._counted:
            self._counted, self._line = 0, 1
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def at_end(self) -> bool:
        """Whether only blanks and comments are left."""
        self.skip_newlines()
        return self.at >= len(self.text)

    # Characters

    def looking_at(self, literal: str) -> bool:
        return self.text.startswith(literal, self.at)

    def skip_blanks(self) -> None:
        blanks = _BLANKS.match(self.text, self.at)
        self.at = blanks.end() if blanks else self.at

    def newline(self) -> bool:
        """Take one line break, and the here-documents that start behind it."""
        if not self.looking_at("\n"):
            return False
        self.at += 1
        for name, tabs in self._heredocs:
            self._skip_heredoc(name, tabs)
        self._heredocs.clear()
        return True

    def _skip_heredoc(self, name: str, tabs: bool) -> None:
        while self.at < len(self.text):
            end = self.text.find("\n", self.at)
            end = len(self.text) if end < 0 else end
            body = self.text[self.at : end]
            self.at = min(end + 1, len(self.text))
            if (body.lstrip("\t") if tabs else body) == name:
                return

    def skip_newlines(self) -> None:
        self.skip_blanks()
        while self.newline():
            self.skip_blanks()

    def operator(self) -> str:
        self.skip_blanks()
        match = _OPERATOR.match(self.text, self.at)
        return match[0] if match else ""

    def take(self, operator: str) -> bool:
        if self.operator() != operator:
            return False
        self.at += len(operator)
        return True

    def reserved(self) -> str:
        """The reserved word here, without taking it; "" when there is none."""
        self.skip_blanks()
        match = _UNBROKEN.match(self.text, self.at)
        return match[0] if match and match[0] in _RESERVED else ""

    def expect(self, word: str) -> None:
        self.skip_newlines()
        if self.reserved() != word:
            raise UnparsableError(f"line {self.line}: expected {word}")
        self.at += len(word)

    # Commands

    def sequence(self, stops: tuple[str, ...]) -> Sequence:
        """Commands up to one of the reserved words `stops`, a `)`, a `;;`, or the end."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise UnparsableError("nested too deeply")
        items: list[tuple[Node, bool]] = []
        while True:
            self.skip_newlines()
            if self.at >= len(self.text) or self.operator() in {")", ";;", ";&", ";;&"} or self.reserved() in stops:
                break
            node = self.and_or()
            background = self.operator() == "&"
            items.append((node, background))
            if self.operator() in {"&", ";"}:
                self.at += 1
            elif not (
                self.looking_at("\n") or self.at >= len(self.text) or self.operator() or self.reserved() in stops
            ):
                raise UnparsableError(f"line {self.line}: unexpected {self.text[self.at]!r}")
        self.depth -= 1
        return Sequence(tuple(items))

    def and_or(self) -> Node:
        first = self.pipeline()
        rest: list[tuple[str, Node]] = []
        while (operator := self.operator()) in {"&&", "||"}:
            self.at += 2
            self.skip_newlines()
            rest.append((operator, self.pipeline()))
        return AndOr(first, tuple(rest)) if rest else first

    def pipeline(self) -> Node:
        negated = self.reserved() == "!"
        if negated:
            self.at += 1
        commands = [self.command()]
        while (operator := self.operator()) in {"|", "|&"}:
            self.at += len(operator)
            self.skip_newlines()
            commands.append(self.command())
        return Pipeline(tuple(commands), negated) if negated or len(commands) > 1 else commands[0]

    def command(self) -> Node:
        compound = {
            "if": self.if_, "case": self.case, "for": self.for_, "while": self.while_, "until": self.while_,
            "{": self.braces, "[[": self.test,
        }.get(self.reserved())  # fmt: skip
        if compound is not None:
            node = compound()
        elif self.reserved():
            raise UnparsableError(f"line {self.line}: unexpected {self.reserved()}")
        elif self.looking_at("(("):
            raise UnparsableError(f"line {self.line}: arithmetic command")
        elif self.take("("):
            node = Group(self.sequence(()), subshell=True)
            if not self.take(")"):
                raise UnparsableError(f"line {self.line}: expected )")
        else:
            return self.function() or self.simple()
        while self.redirect():
            pass
        return node

    def if_(self) -> Node:
        branches: list[tuple[Sequence, Sequence]] = []
        otherwise = Sequence(())
        self.expect("if")
        while True:
            condition = self.sequence(("then",))
            self.expect("then")
            branches.append((condition, self.sequence(("elif", "else", "fi"))))
            if self.reserved() != "elif":
                break
            self.expect("elif")
        if self.reserved() == "else":
            self.expect("else")
            otherwise = self.sequence(("fi",))
        self.expect("fi")
        return If(tuple(branches), otherwise)

    def case(self) -> Node:
        self.expect("case")
        word = self.needed_word()
        self.expect("in")
        items: list[tuple[tuple[Word, ...], Sequence]] = []
        self.skip_newlines()
        while self.reserved() != "esac":
            self.take("(")
            patterns = [self.needed_word()]
            while self.take("|"):
                patterns.append(self.needed_word())
            if not self.take(")"):
                raise UnparsableError(f"line {self.line}: expected ) after a case's pattern")
            items.append((tuple(patterns), self.sequence(("esac",))))
            if self.operator() in {";&", ";;&"}:
                raise UnparsableError(f"line {self.line}: a case that falls through")
            self.take(";;")
            self.skip_newlines()
        self.expect("esac")
        return Case(word, tuple(items))

    def for_(self) -> Node:
        self.expect("for")
        name = self.needed_word().bare
        if name is None or not _NAME.fullmatch(name):
            raise UnparsableError(f"line {self.line}: a for loop without a name")
        words: list[Word] | None = None
        self.skip_newlines()
        if self.reserved() == "in":
            self.expect("in")
            words = []
            while (word := self.word()) is not None:
                words.append(word)
        self.take(";")
        self.expect("do")
        body = self.sequence(("done",))
        self.expect("done")
        return For(name, None if words is None else tuple(words), body)

    def while_(self) -> Node:
        until = self.reserved() == "until"
        self.expect("until" if until else "while")
        condition = self.sequence(("do",))
        self.expect("do")
        body = self.sequence(("done",))
        self.expect("done")
        return While(condition, body, until)

    def braces(self) -> Node:
        self.expect("{")
        body = self.sequence(("}",))
        self.expect("}")
        return Group(body, subshell=False)

    def test(self) -> Node:
        self.expect("[[")
        words: list[Word] = []
        while True:
            self.skip_newlines()
            operator = self.operator()
            if operator in {"&&", "||", "(", ")"} or (self.at < len(self.text) and self.text[self.at] in "<>"):
                raise UnparsableError(f"line {self.line}: an operator inside [[ ]]")
            word = self.needed_word()
            if word.bare == "]]":
                return Test(tuple(words))
            words.append(word)

    def function(self) -> Node | None:
        start = self.at
        match = re.compile(r"(?:function[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*(\(\)|(?=\{))").match(self.text, self.at)
        if match is None or (not match[2] and not match[0].startswith("function")):
            return None
        self.at = match.end()
        self.skip_newlines()
        if self.reserved() != "{" and not self.looking_at("("):
            self.at = start
            return None
        return Function(match[1], self.command())

    def simple(self) -> Node:
        line = self.line
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        while True:
            if self.redirect():
                continue
            start = self.at
            match = None if words else _ASSIGNMENT.match(self.text, self.at)
            if match is not None:
                self.at = match.end()
                if self.looking_at("("):
                    raise UnparsableError(f"line {line}: an array")
                value = Word(()) if self._ends_word() else self.word() or Word(())
                if match[2]:
                    value = Word((Parameter(match[1], True), *value.parts))
                assignments.append((match[1], value))
                continue
            word = self.word()
            if word is None:
                break
            words.append(word)
        if not words and not assignments and start == self.at and not self._ends_word():
            raise UnparsableError(f"line {line}: unexpected {self.text[self.at]!r}")
        return Simple(tuple(assignments), tuple(words), line)

    def redirect(self) -> bool:
        self.skip_blanks()
        match = _REDIRECT.match(self.text, self.at)
        if match is None or (match[2] in "<>" and self.text.startswith("(", match.end())):
            return False
        self.at = match.end()
        target = self.needed_word()
        if match[2] in {"<<", "<<-"}:
            self._heredocs.append(("".join(getattr(part, "text", "") for part in target.parts), match[2] == "<<-"))
        return True

    # Words

    def _ends_word(self) -> bool:
        return self.at >= len(self.text) or self.text[self.at] in _BREAKS

    def needed_word(self) -> Word:
        word = self.word()
        if word is None:
            raise UnparsableError(f"line {self.line}: expected a word")
        return word

    def word(self) -> Word | None:
        self.skip_blanks()
        parts: list[Part] = []
        while self.at < len(self.text):
            if self.text[self.at] in "<>" and self.text.startswith("(", self.at + 1):
                self.at += 1
                self.parenthesised()
                parts.append(Opaque(quoted=True))
            elif self._ends_word():
                break
            else:
                parts.extend(self.part())
        return Word(tuple(parts)) if parts else None

    def part(self) -> tuple[Part, ...]:
        character = self.text[self.at]
        if character == "'":
            return (Literal(self.until("'"), quoted=True),)
        if character == '"':
            return self.double_quoted()
        if character == "\\":
            self.at += 2
            escaped = self.text[self.at - 1 : self.at]
            return () if escaped == "\n" else (Literal(escaped, quoted=True),)
        if character in "$`":
            return (self.dollar(quoted=False),)
        match = _PLAIN.match(self.text, self.at)
        text = match[0] if match else ""
        self.at += len(text)
        return (Literal(text, quoted=False),)

    def until(self, quote: str) -> str:
        end = self.text.find(quote, self.at + 1)
        if end < 0:
            raise UnparsableError(f"line {self.line}: a quote that is never closed")
        inside = self.text[self.at + 1 : end]
        self.at = end + 1
        return inside

    def double_quoted(self) -> tuple[Part, ...]:
        parts: list[Part] = [Literal("", quoted=True)]
        self.at += 1
        while not self.looking_at('"'):
            if self.at >= len(self.text):
                raise UnparsableError(f"line {self.line}: a quote that is never closed")
            parts.extend(self.quoted_part('"', quoted=True))
        self.at += 1
        return tuple(parts)

    def quoted_part(self, end: str, *, quoted: bool) -> tuple[Part, ...]:
        character = self.text[self.at]
        if character in "$`":
            return (self.dollar(quoted=quoted),)
        if character == "\\":
            escaped = self.text[self.at + 1 : self.at + 2]
            self.at += 2
            if escaped == "\n":
                return ()
            return (Literal(escaped if escaped in f'$`"\\{end}' else "\\" + escaped, quoted=True),)
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in f"$`\\{end}":
            self.at += 1
        return (Literal(self.text[start : self.at], quoted),)

    def dollar(self, *, quoted: bool) -> Part:
        if self.looking_at("`"):
            return Substitution(self.until("`").replace("\\`", "`"), quoted)
        if self.looking_at("$(("):
            self.at += 1
            self.parenthesised()
            return Opaque(quoted)
        if self.looking_at("$("):
            self.at += 1
            return Substitution(self.parenthesised(), quoted)
        if self.looking_at("${"):
            return self.braced(quoted)
        match = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]").match(self.text, self.at + 1)
        if match is None:
            self.at += 1
            return Literal("$", quoted)
        self.at = match.end()
        return Parameter(match[0], quoted)

    def parenthesised(self) -> str:
        """The text between the `(` here and its `)`, quotes respected."""
        start, level = self.at + 1, 0
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == "'":
                self.until("'")
                continue
            if character == '"':
                self.double_quoted()
                continue
            if character == "\\":
                self.at += 1
            level += {"(": 1, ")": -1}.get(character, 0)
            self.at += 1
            if level == 0:
                return self.text[start : self.at - 1]
        raise UnparsableError(f"line {self.line}: a bracket that is never closed")

    def braced(self, quoted: bool) -> Part:
        self.at += 2
        length = self.looking_at("#") and not self.text.startswith("}", self.at + 1)
        if length:
            self.at += 1
        match = _PARAMETER.match(self.text, self.at)
        if match is None:
            raise UnparsableError(f"line {self.line}: an expansion of another kind")
        self.at = match.end()
        if self.looking_at("}"):
            self.at += 1
            return Parameter(match[0], quoted, "length" if length else "")
        operator = re.compile(r":?[-=+?]|##?|%%?|//?|:|\^\^?|,,?|@").match(self.text, self.at)
        if operator is None or length:
            raise UnparsableError(f"line {self.line}: an expansion of another kind")
        self.at = operator.end()
        parts: list[Part] = []
        while not self.looking_at("}"):
            if self.at >= len(self.text):
                raise UnparsableError(f"line {self.line}: an expansion that is never closed")
            parts.extend(self.part_in_braces(quoted))
        self.at += 1
        return Parameter(match[0], quoted, operator[0], Word(tuple(parts)))

    def part_in_braces(self, quoted: bool) -> tuple[Part, ...]:
        if self.looking_at("'") and not quoted:
            return (Literal(self.until("'"), quoted=True),)
        if self.looking_at('"'):
            return self.double_quoted()
        if self.looking_at("'"):
            self.at += 1
            return (Literal("'", quoted=True),)
        return self.quoted_part("}'\"", quoted=quoted)
