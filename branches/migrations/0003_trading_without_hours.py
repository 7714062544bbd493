"""A weekday of trading may be known without its hours.

Backwards: rows without hours take those of another weekday of the branch; where a branch has none at all, its rows
go, and it is taken to trade daily as before.
"""

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def fill(apps, schema_editor):
    """Give each row without hours those of another weekday of its branch, and drop what is left without."""
    hours = apps.get_model("branches", "OpeningHours").objects.order_by("weekday")
    known = hours.filter(branch=OuterRef("branch"), opens_at__isnull=False, closes_at__isnull=False)
    lacking = hours.filter(Q(opens_at__isnull=True) | Q(closes_at__isnull=True)).order_by()
    lacking.update(
        opens_at=Subquery(known.values("opens_at")[:1]), closes_at=Subquery(known.values("closes_at")[:1])
    )
    lacking.delete()


class Migration(migrations.Migration):
    dependencies = [("branches", "0002_failed_log_ins")]

    operations = [
        migrations.AlterField(
            model_name="openinghours",
            name="opens_at",
            field=models.TimeField(blank=True, null=True, verbose_name="opens at"),
        ),
        migrations.AlterField(
            model_name="openinghours",
            name="closes_at",
            field=models.TimeField(blank=True, null=True, verbose_name="closes at"),
        ),
        # Last here, so that it comes first on the way back.
        migrations.RunPython(migrations.RunPython.noop, fill),
    ]
