"""What is wrong with how the program was asked, as problems with places."""

from clas_policy.problem import ClasPolicyError


class MisuseError(ClasPolicyError):
    """The command line, the environment or the settings file asks for something that there is not."""
