"""An ignore suppresses nothing.

The rule that this ignore names finds nothing here any more. It may have been mended, or the instruction has moved away
from its comment. An ignore that stays behind would silently hide the next finding of the kind.

An entry in the settings is called unused when none of the images of this run needed it, or none of the Dockerfiles that
its `path` names. Nothing is called unused when its rule did not run, or when an image could not be read to the end.

This finding comes from the linter itself, not from a rule pack. No ignore comment suppresses it.

## Bad

```dockerfile
FROM debian:12
# lambda-lint: ignore[syntax-error] placeholders
CMD ["/srv/app.sh"]
```

## Good

```dockerfile
FROM debian:12
CMD ["/srv/app.sh"]
```

## How to fix

Remove the name from the comment, the whole comment if it names no other rule, or the entry from the settings. If images
that are linted in separate runs share a settings file, `ignore = ["unused-ignore"]` in it switches this off.

## References

- [Ignoring findings](https://github.com/lambda-lint/lambda-lint#ignoring-findings)
"""

from __future__ import annotations

from lambda_lint.rule import Rule, Severity

RULE = Rule(name="unused-ignore", severity=Severity.WARNING, since="0.1.0", docs=__doc__, tags=("suppression",))
