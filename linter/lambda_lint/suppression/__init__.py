"""Findings that somebody has said not to count: by a comment in a Dockerfile, or by an entry in the settings.

Pure. What an ignore says wrongly, or no longer needs to say, is itself a finding, under one of `RULES`. No ignore
suppresses those.
"""

from lambda_lint.suppression import bad_ignore, expired_ignore, ignore_without_reason, unused_ignore
from lambda_lint.suppression.dockerfile import sieve_dockerfile
from lambda_lint.suppression.settings import IgnoreEntry, about_entries, sieve

RULES = (bad_ignore.RULE, expired_ignore.RULE, ignore_without_reason.RULE, unused_ignore.RULE)

__all__ = ["RULES", "IgnoreEntry", "about_entries", "sieve", "sieve_dockerfile"]
