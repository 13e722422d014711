"""Published claims against unit algebra and implied ratios: claims are data, arithmetic is code."""

from simulator.audit import checks, plant_checks, rival_checks  # noqa: F401 - they register themselves, in this order
from simulator.audit.case import CHECKS
from simulator.audit.judge import audit
from simulator.audit.load import load_claims, load_outlook
from simulator.audit.model import ClaimsFile
from simulator.audit.outlook.result import Outlook, look_out
from simulator.audit.outlook.text import outlook_text
from simulator.audit.result import AuditResult, ClaimResult, Finding, Tried

__all__ = [
    "CHECKS",
    "AuditResult",
    "ClaimResult",
    "ClaimsFile",
    "Finding",
    "Outlook",
    "Tried",
    "audit",
    "load_claims",
    "load_outlook",
    "look_out",
    "outlook_text",
]
