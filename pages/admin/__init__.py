"""Where staff keep what joins the apps, and the site's own content."""

from . import bulletins as bulletins
from . import ties as ties
