"""The part of the POSIX shell's grammar (with bash's `[[ ]]`) that entry scripts use, as a syntax tree.

Whatever is outside that part raises `UnparsableError`, so that nobody reasons about a script that was half understood.
`BrokenError`, one of them, is raised where the shell itself is sure to refuse it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambda_lint import Value, regex
from lambda_lint_rules._start.shell_dialect import Dialect

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNMENT = regex(r"([A-Za-z_][A-Za-z0-9_]*)(\+?)=")
_PARAMETER = regex(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
_ELEMENT = regex(r"[A-Za-z_][A-Za-z0-9_]*\[(?:@|\*|[0-9]{1,6})\]")
_ELEMENT_ASSIGNMENT = regex(r"([A-Za-z_][A-Za-z0-9_]*)\[[^]\n]*\]\+?=")
_OPERATOR = regex(r";;&|;;|;&|&&|\|\||\|&|[;&|()]")
_REDIRECT = regex(r"(\d*)(<<<|<<-|<<|>>|<>|>\||<&|>&|&>>|&>|<|>)")
_PLAIN_REDIRECT = regex(r"(\d*)(<<-|<<|>>|<>|>\||<&|>&|<|>)")
_TO_FILES = frozenset([">", ">>", ">|", "<>", "&>", "&>>", "<"])
_PRINTS = frozenset([">", ">>", ">|", ">&", "&>", "&>>"])
_BREAKS = "\n;&|()<> \t"
_BLANK = " \t\\#"  # what they begin with
_BLANKS = regex(r"(?:[ \t]+|\\\n|#[^\n]*)*")
_UNBROKEN = regex(r"[^\n;&|()<> \t]+")
_BACKQUOTED = regex(r"`((?:[^\\`]|\\.)*)`", re.DOTALL)
_ESCAPED_IN_BACKQUOTES = regex(r"\\([$`\\])")
_PLAIN = regex(r"[^\n;&|()<> \t'\"\\$`]+")
# A whole word without quotes and expansions, no redirection behind it. Most words are that.
_PLAIN_WORD = regex(r"[ \t]*([^\n;&|()<> \t'\"\\$`#][^\n;&|()<> \t'\"\\$`]*)(?=[ \t\n;|)]|&&|\Z)")
_OPERATORS = ";&|()"  # what they begin with
_FUNCTION = regex(r"(?:function[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*(\(\)|(?=\{))")
_PLAIN_PARAMETER = regex(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BAD_PARAMETER = regex(r"![A-Za-z_]\w*\}|#?[A-Za-z_]\w*\[[^][{}$`\"']*\]\}")
_EXPANSION = regex(r":?[-=+?]|##?|%%?|//?|:|\^\^?|,,?|@")
# What needs no look, up to the end of a text in quotes or braces, and in brackets.
_INSIDE = {'"': regex(r"[^$`\\\"]*"), "}'\"": regex(r"[^$`\\}'\"]*")}
_IN_BRACKETS = regex(r"[^'\"\\()]*")
_CASES = frozenset(["^", "^^", ",", ",,"])
# Behind these stands a pattern, which double quotes around the whole leave a pattern.
_PATTERNS = frozenset(["#", "##", "%", "%%", "/", "//"])
_CUTS = _CASES | {"/", "//", ":", "@"}
_MAX_DEPTH = 40
_ESCAPED = regex(r"\$'((?:[^'\\]|\\[\s\S])*)'")
_ESCAPE = regex(r"\\([\s\S])")
# Those that stand for one character; none for numbers.
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "a": "\a", "\\": "\\", "'": "'", '"': '"', "?": "?"}


class UnparsableError(Exception):
    """The text is not in the part of the language that is understood."""


class BrokenError(UnparsableError):
    """The shell that is to run the text ends with a syntax error. `message` says why, `line` where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.message = message
        self.line = line


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
    """`$name` or `${name OPERATOR argument}`, where the name may be an array's with `[@]`, `[*]` or a number.

    `operator` is "" for the plain form, `length` for `${#name}`, and `bad` for one that this shell does not have.
    """

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


class Array(Value):
    """`(words)`. `added` tells that they come behind the words that are there."""

    words: tuple[Word, ...]
    added: bool


class Redirect(Value):
    """`operator word`, for a file. `prints` tells that what the command prints goes there."""

    operator: str
    target: Word
    prints: bool


class Simple(Value):
    """Assignments, then a command's words. Arrays are assigned alone, or by a command that declares them."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    line: int
    redirects: tuple[Redirect, ...] = ()
    arrays: tuple[tuple[str, Array], ...] = ()


class Redirected(Value):
    """A compound command with redirections."""

    body: Node
    redirects: tuple[Redirect, ...]
    line: int


class Broken(Value):
    """What follows is refused as it is read: a syntax error."""

    message: str
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


Node = (
    Simple | Pipeline | AndOr | Sequence | If | Case | For | While | Group | Function | Test | Redirected | Broken
)  # fmt: skip

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
# Builtins that take assignments as arguments.
DECLARE = frozenset(["declare", "typeset", "local", "readonly", "export"])
# What takes the commands that begin with them.
_COMPOUND = {
    "if": "if_",
    "case": "case",
    "for": "for_",
    "while": "while_",
    "until": "while_",
    "{": "braces",
    "[[": "test",
}
# Where a command should start, they are refused by every shell.
_STRAY = frozenset(["then", "elif", "else", "fi", "do", "done", "esac", "}"])
# bash reads on behind them where this grammar does not.
_COPROCESS = regex(r"coproc[ \t]")
_MORE_OF_BASH = regex(r"\b(?:select|coproc|time)\b|\$'|<<|[@!?*+]\(")


def parse(text: str, dialect: Dialect = Dialect()) -> Sequence:  # noqa: B008  a constant
    """The whole text. Raises `UnparsableError`."""
    tree = parse_script(text, dialect)
    match tree.items:
        case (*_, (Broken(message, line), False)):
            raise BrokenError(message, line)
    return tree


def parse_script(text: str, dialect: Dialect) -> Sequence:
    """A script as a shell takes it, line by line: what is in order before a syntax error is executed.

    Ends with `Broken` where that is. Raises `UnparsableError`.
    """
    parser = _Parser(text, dialect)
    try:
        tree = parser.sequence((), whole=True)
    except RecursionError:
        raise UnparsableError("nested too deeply") from None
    if not parser.at_end() and not (tree.items and isinstance(tree.items[-1][0], Broken)):
        raise UnparsableError(f"line {parser.line}: unexpected {text[parser.at : parser.at + 1]!r}")
    return tree


class _Parser:
    """Recursive descent over the characters, since what a character means depends on where it stands."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self.at = 0
        self.depth = 0
        self._heredocs: list[tuple[str, bool]] = []
        self._skipped_heredocs = 0
        self._counted, self._line = 0, 1
        self._asked, self._reserved = -1, ""

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
        if self.text[self.at : self.at + 1] in _BLANK:  # it is asked at every turn, and most often there are none
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
        if self.text[self.at : self.at + 1] not in _OPERATORS:
            return ""
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
        if self._asked != self.at:  # several ask in a row
            match = _UNBROKEN.match(self.text, self.at)
            word = match[0] if match and match[0] in _RESERVED else ""
            self._asked, self._reserved = self.at, "" if word == "[[" and self.dialect.plain else word
        return self._reserved

    def expect(self, word: str) -> None:
        self.skip_newlines()
        if self.at >= len(self.text):
            raise self.refused(f"it ends where {word} is missing")
        if self.reserved() != word:
            raise UnparsableError(f"line {self.line}: expected {word}")
        self.at += len(word)

    def refused(self, message: str) -> UnparsableError:
        """An error of the shell's, or only of this grammar's where the text holds what it has no word for."""
        if _MORE_OF_BASH.search(self.text):
            return UnparsableError(f"line {self.line}: {message}")
        return BrokenError(message, self.line)

    def foreign(self, what: str, *, refused: bool) -> UnparsableError:
        """Something of bash's, which this shell is sure to refuse, or which nobody follows here."""
        if refused:
            return BrokenError(f"{what} is bash's own", self.line)
        return UnparsableError(f"line {self.line}: {what} is not followed")

    # Commands

    def sequence(self, stops: tuple[str, ...], *, whole: bool = False) -> Sequence:
        """Commands up to one of the reserved words `stops`, a `)`, a `;;`, or the end.

        Of a `whole` script the lines before a syntax error are kept.
        """
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise UnparsableError("nested too deeply")
        items: list[tuple[Node, bool]] = []
        complete = 0
        while True:
            self.skip_blanks()
            if self.looking_at("\n"):
                complete = len(items)
                self.skip_newlines()
            if self.at >= len(self.text) or self.operator() in {")", ";;", ";&", ";;&"} or self.reserved() in stops:
                break
            try:
                node = self.and_or()
            except BrokenError as error:
                if not whole:
                    raise
                items[complete:] = [(Broken(error.message, error.line), False)]
                break
            operator = self.operator()
            items.append((node, operator == "&"))
            if operator in {"&", ";"}:
                self.at += 1
            elif operator == "(":
                raise UnparsableError(f"line {self.line}: unexpected (")
            elif not (operator or self.looking_at("\n") or self.at >= len(self.text) or self.reserved() in stops):
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
            if operator == "|&" and self.dialect.plain:
                raise self.foreign("|&", refused=True)
            self.at += len(operator)
            self.skip_newlines()
            commands.append(self.command())
        return Pipeline(tuple(commands), negated) if negated or len(commands) > 1 else commands[0]

    def command(self) -> Node:
        word = self.reserved()
        if word in _COMPOUND:
            node: Node = getattr(self, _COMPOUND[word])()
        elif word in _STRAY:
            raise self.refused(f"{word} stands where a command should")
        elif word:
            raise UnparsableError(f"line {self.line}: unexpected {word}")
        elif self.looking_at("(("):
            raise UnparsableError(f"line {self.line}: arithmetic command")
        elif self.take("("):
            node = Group(self.sequence(()), subshell=True)
            if not self.take(")"):
                raise UnparsableError(f"line {self.line}: expected )")
        elif not self.dialect.plain and _COPROCESS.match(self.text, self.at):
            raise self.foreign("coproc", refused=False)
        else:
            return self.function() or self.simple()
        line = self.line
        redirects: list[Redirect] = []
        while self.redirect(redirects):
            pass
        return Redirected(node, tuple(redirects), line) if redirects else node

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
            if self.at >= len(self.text):
                raise self.refused("it ends where esac is missing")
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
        self.skip_blanks()
        if self.looking_at("(("):
            raise self.foreign("for ((", refused=self.dialect.small)
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
        match = _FUNCTION.match(self.text, self.at)
        if match is None or (not match[2] and not match[0].startswith("function")):
            return None
        if match[0].startswith("function") and self.dialect.plain:
            if match[2]:
                raise self.foreign("function NAME()", refused=True)
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
        arrays: list[tuple[str, Array]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            plain = _PLAIN_WORD.match(self.text, self.at)
            if plain is not None and (words or "=" not in plain[1]):
                words.append(Word((Literal(plain[1], quoted=False),)))
                self.at = plain.end()
                continue
            if self.redirect(redirects) or (self.dialect.name == "bash" and self.array(words, arrays)):
                continue
            start = self.at
            match = _ASSIGNMENT.match(self.text, self.at)
            if match is not None and self.text.startswith("(", match.end()):
                raise self.foreign("an array", refused=self.dialect.small)
            if match is not None and not words:
                self.at = match.end()
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
        return Simple(tuple(assignments), tuple(words), line, tuple(redirects), tuple(arrays))

    def array(self, words: list[Word], found: list[tuple[str, Array]]) -> bool:
        """Take `name=(words)`, or `name[index]=word`, after which nobody knows the array."""
        if words and words[0].bare not in DECLARE:
            return False
        element = None if words else _ELEMENT_ASSIGNMENT.match(self.text, self.at)
        match = element or _ASSIGNMENT.match(self.text, self.at)
        if match is None or not (element or self.text.startswith("(", match.end())):
            return False
        self.at = match.end()
        if element:
            self.word()
            inside = [Word((Opaque(quoted=True),))]
        else:
            self.at += 1
            inside = list(self.elements())
        found.append((match[1], Array(tuple(inside), added=element is None and match[2] == "+")))
        return True

    def elements(self) -> Iterator[Word]:
        """The words up to a `)`, which is taken."""
        while True:
            self.skip_newlines()
            if self.at >= len(self.text):
                raise self.refused("it ends where ) is missing")
            if self.take(")"):
                return
            if self.looking_at("["):
                raise UnparsableError(f"line {self.line}: an array with names")
            yield self.needed_word()

    def redirect(self, found: list[Redirect]) -> bool:
        """Take one redirection, and add it to those found when it is about a file."""
        self.skip_blanks()
        match = (_PLAIN_REDIRECT if self.dialect.plain else _REDIRECT).match(self.text, self.at)
        if match is None or (match[2] in "<>" and self.text.startswith("(", match.end())):
            return False
        if match[2] in {"<<", "<<<"} and self.text.startswith("<<<", match.start(2)) and self.dialect.small:
            raise self.foreign("<<<", refused=True)
        self.at = match.end()
        target = self.needed_word()
        prints = match[1] in {"", "1"} and match[2] in _PRINTS
        if match[2] in _TO_FILES or prints:
            found.append(Redirect(match[2], target, prints))
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
                if self.dialect.plain:
                    raise self.foreign("<(", refused=True)
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
            raise self.refused("a quote is never closed")
        inside = self.text[self.at + 1 : end]
        self.at = end + 1
        return inside

    def double_quoted(self) -> tuple[Part, ...]:
        parts: list[Part] = [Literal("", quoted=True)]
        start = self.at
        self.at += 1
        while not self.looking_at('"'):
            if self.at >= len(self.text):
                self.at = start
                raise self.refused("a quote is never closed")
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
        inside = _INSIDE[end].match(self.text, self.at)
        text = inside[0] if inside else ""
        self.at += len(text)
        return (Literal(text, quoted),)

    def dollar(self, *, quoted: bool) -> Part:
        if self.looking_at("`"):
            match = _BACKQUOTED.match(self.text, self.at)
            if match is None:
                raise self.refused("a quote is never closed")
            self.at = match.end()
            return Substitution(_ESCAPED_IN_BACKQUOTES.sub(r"\1", match[1]), quoted)
        if self.looking_at("$(("):
            self.at += 1
            self.parenthesised()
            return Opaque(quoted)
        if self.looking_at("$("):
            self.at += 1
            return Substitution(self.parenthesised(), quoted)
        if self.looking_at("${"):
            return self.braced(quoted)
        if self.looking_at("$'") and not quoted and not self.dialect.plain:
            return self.escaped()
        match = _PLAIN_PARAMETER.match(self.text, self.at + 1)
        if match is None:
            self.at += 1
            return Literal("$", quoted)
        self.at = match.end()
        return Parameter(match[0], quoted)

    def escaped(self) -> Part:
        """`$'text'`, where a backslash stands for more than the character behind it."""
        match = _ESCAPED.match(self.text, self.at)
        if match is None:
            raise self.refused("a quote is never closed")
        self.at = match.end()
        text = _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], "\0"), match[1])
        return Opaque(quoted=True) if not self.dialect.name or "\0" in text else Literal(text, quoted=True)

    def parenthesised(self) -> str:
        """The text between the `(` here and its `)`, quotes respected. A command's own syntax is not looked at."""
        try:
            return self._parenthesised()
        except BrokenError as error:
            raise UnparsableError(str(error)) from None

    def _parenthesised(self) -> str:
        start, level = self.at + 1, 0
        while self.at < len(self.text):
            plain = _IN_BRACKETS.match(self.text, self.at)
            if plain and plain[0]:
                self.at = plain.end()
                continue
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
        element = _ELEMENT.match(self.text, self.at + self.looking_at("#")) if self.dialect.name == "bash" else None
        bad = element is None and _BAD_PARAMETER.match(self.text, self.at)
        if bad and (self.dialect.small or self.dialect.name == "bash"):
            self.at = bad.end()
            return Parameter(bad[0].strip("!}"), quoted, "bad") if self.dialect.small else Opaque(quoted)
        length = self.looking_at("#") and not self.text.startswith("}", self.at + 1)
        if length:
            self.at += 1
        match = element or _PARAMETER.match(self.text, self.at)
        if match is None:
            raise UnparsableError(f"line {self.line}: an expansion of another kind")
        self.at = match.end()
        if self.looking_at("}"):
            self.at += 1
            return Parameter(match[0], quoted, "length" if length else "")
        operator = _EXPANSION.match(self.text, self.at)
        if operator is None or length:
            raise UnparsableError(f"line {self.line}: an expansion of another kind")
        self.at = operator.end()
        parts: list[Part] = []
        while not self.looking_at("}"):
            if self.at >= len(self.text):
                raise UnparsableError(f"line {self.line}: an expansion that is never closed")
            parts.extend(self.part_in_braces(quoted and operator[0] not in _PATTERNS))
        self.at += 1
        if operator[0] in _CUTS and (self.dialect.plain or (self.dialect.small and operator[0] in _CASES)):
            return Parameter(match[0], quoted, "bad")
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
