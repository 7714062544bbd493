"""What jobs and acts of this floor are called in the administration."""

from django.utils.translation import gettext_lazy as _

from branches import audit_words
from jobs.names import name_jobs
from scorecards.importing.columns import BY_CODE
from scorecards.models import Source
from scorecards.models.entry import DELIVERY
from scorecards.services.imports.receiving import APPLY, INSPECT, UNDO

name_jobs(
    {
        "recompute": _("Recompute what has changed"),
        "nightly": _("Nightly recompute"),
        INSPECT: _("Look through a file"),
        APPLY: _("Import a file"),
        UNDO: _("Undo an import"),
        DELIVERY: _("Delivery by another system"),
    }
)
audit_words.say(
    {
        "figures stored": _("figures stored"),
        "figures undone": _("entry of figures undone"),
        "import tried again": _("import tried again"),
        "import uploaded": _("file uploaded"),
        "import described": _("columns of the file assigned"),
        "import profile saved": _("import profile saved"),
        "import started": _("import begun"),
        "import done": _("import done"),
        "import discarded": _("import put aside"),
        "import undo asked": _("undo of the import asked for"),
        "import undone": _("import undone"),
        "API token created": _("token made"),
        "API token revoked": _("token revoked"),
        "job started again": _("run started again"),
        "recompute requested": _("recompute asked for"),
        "recompute of everything requested": _("recompute of everything asked for"),
    },
    kinds={"import": _("import"), "token": _("API token"), "profile": _("import profile")},
    values={name: field.label for name, field in BY_CODE.items()}
    | {
        "size": _("size"),
        "digest": _("digest"),
        "mapping": _("columns"),
        "good_rows_only": _("good rows only"),
        "name": _("called"),
        "branches": _("branches"),
        "read": _("rows in the file"),
        "same": _("same as stored"),
        "refused": _("refused"),
        "problems": _("problems"),
        "held": _("held back"),
        "held_days": _("days held back"),
        "nowhere": _("rows without a branch"),
        "unknown_branch": _("rows of unknown branches"),
        "unknown_staff": _("rows of unknown staff"),
        "handed_back": _("handed back"),
        "source": _("source"),
        "import": _("number of the import"),
        "closed": _("closed days left out"),
        "receipts": _("receipts"),
        "returns": _("returns"),
        "written": _("rows written"),
        "restored": _("restored"),
        "removed": _("removed"),
        "rows": _("rows"),
    },
    choices={"source": dict(Source.choices)},
)
