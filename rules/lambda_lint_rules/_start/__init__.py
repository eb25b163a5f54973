"""The start plan: what Lambda will execute, hop by hop, and whether it will ask for work.

Every rule about the entrypoint, permissions, the runtime client or the handler reads this one plan.
"""

from lambda_lint_rules._start.entry_script import where_it_runs
from lambda_lint_rules._start.model import Client, Evidence, Handler, Hop, Need, Role, StartPlan, Trouble, Verdict
from lambda_lint_rules._start.plan import facts, plan
from lambda_lint_rules._start.reporting import reported, troubles_of

__all__ = [
    "Client",
    "Evidence",
    "Handler",
    "Hop",
    "Need",
    "Role",
    "StartPlan",
    "Trouble",
    "Verdict",
    "facts",
    "plan",
    "reported",
    "troubles_of",
    "where_it_runs",
]
