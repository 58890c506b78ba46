"""What the cases of a policy have made it show: every branch, boundary, status and reading, seen or not."""

from clas_policy.rehearse.coverage.point import Kind, Point
from clas_policy.rehearse.coverage.points import Points
from clas_policy.rehearse.coverage.report import Ratio, Report, cover

__all__ = ["Kind", "Point", "Points", "Ratio", "Report", "cover"]
