"""Published claims against unit algebra and implied ratios: claims are data, arithmetic is code."""

from simulator.audit import checks, plant_checks, rival_checks  # noqa: F401 - they register themselves, in this order
from simulator.audit.case import CHECKS
from simulator.audit.judge import audit
from simulator.audit.load import load_claims
from simulator.audit.model import ClaimsFile
from simulator.audit.result import AuditResult, ClaimResult, Finding, Tried

__all__ = ["CHECKS", "AuditResult", "ClaimResult", "ClaimsFile", "Finding", "Tried", "audit", "load_claims"]
