"""Where staff keep what joins the apps, and the site's own content."""

from . import accessibility as accessibility
from . import bulletins as bulletins
from . import feedback as feedback
from . import ties as ties
