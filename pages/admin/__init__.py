"""Where staff keep what joins the apps, and the site's own content."""

from . import accessibility as accessibility
from . import bulletins as bulletins
from . import contacts as contacts
from . import editorial as editorial
from . import feedback as feedback
from . import resources as resources
from . import ties as ties
