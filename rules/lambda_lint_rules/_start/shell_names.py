"""Names that shells know: programs that end by themselves, builtins, and variables that a shell sets."""

from __future__ import annotations

# Programs that do something small and end. They are never what a function spends its life in.
_SHORT_NAMES = """
[ awk base64 cat chmod chown cp curl cut date df dirname du env find getent grep gunzip gzip head hostname id
install jq ln locale locale-gen ls mkdir mktemp mv nproc openssl printenv readlink realpath rm rmdir sed seq
sleep sort stat stty sync tail tar tee touch tr tty ulimit umask uname uniq unzip wc wget which whoami xargs yq
apt-get apt apk dnf yum pip pip3 npm
"""
SHORT = frozenset(_SHORT_NAMES.split())
QUIET_BUILTINS = frozenset(["true", ":", "wait", "umask", "ulimit", "alias", "hash", "disown", "jobs", "kill", "times"])
# Builtins that dash, and those that busybox, certainly does not have: there they are names of programs.
_BASH_NAMES = """
bind builtin caller compgen complete compopt declare dirs disown enable logout mapfile popd pushd readarray shopt
suspend typeset
"""
BASH_BUILTINS = frozenset(_BASH_NAMES.split())
NOT_IN_DASH = BASH_BUILTINS | {"source", "let", "[[", "function", "time"}
# Builtins whose status and output are not worked out.
_OTHER_NAMES = "bg bind caller compgen complete compopt dirs enable fc fg logout suspend unalias"
OTHER_BUILTINS = frozenset(_OTHER_NAMES.split())
# Options of bash's that change what a pattern stands for.
GLOBBING = frozenset(["dotglob", "extglob", "failglob", "globstar", "nocaseglob", "nullglob"])
# What a shell sets by itself, where nothing else does.
POSIX_VARIABLES = frozenset(["IFS", "LINENO", "OLDPWD", "OPTIND", "PPID", "PS1", "PS2", "PS4"])
_BASH_VARIABLE_NAMES = """
BASH BASHOPTS BASHPID BASH_ARGV0 BASH_COMMAND BASH_SUBSHELL BASH_VERSINFO BASH_VERSION DIRSTACK EPOCHREALTIME
EPOCHSECONDS EUID FUNCNAME GROUPS HOSTNAME HOSTTYPE MACHTYPE OPTERR OSTYPE PIPESTATUS RANDOM SECONDS SHELL SHELLOPTS
SHLVL SRANDOM TERM UID
"""
BASH_VARIABLES = POSIX_VARIABLES.union(_BASH_VARIABLE_NAMES.split())
# Programs that busybox may have in itself, found on PATH or not.
NO_APPLETS = frozenset(
    ["curl", "jq", "yq", "openssl", "gcc", "locale-gen", "apt-get", "apt", "dnf", "yum", "pip", "npm"]
)
SPECIAL = frozenset([":", ".", "source", "exec", "eval", "export", "readonly", "set", "shift", "unset", "trap", "exit"])
BASH_OPTIONS = frozenset(["errtrace", "functrace", "posix"])
WAITING = frozenset(["wait", "sleep", "tail", "fg"])
