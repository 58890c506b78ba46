"""Ce que les essais reçoivent : de quoi décider un dossier avec ce qui est installé."""

from clas_policy.testing import decide, plugin_host

__all__ = ["decide", "plugin_host"]
