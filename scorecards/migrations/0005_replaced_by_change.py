from django.db import migrations, models


class Migration(migrations.Migration):
    """A change of figures remembers whose figures it replaced, so that imports can be undone one after the other."""

    dependencies = [("scorecards", "0004_sums_by_weekday")]

    operations = [
        migrations.AddField(
            model_name="figurechange",
            name="replaced_source",
            field=models.PositiveSmallIntegerField(
                blank=True, choices=[(1, "entry"), (2, "import"), (3, "API")], null=True
            ),
        ),
        migrations.AddField(
            model_name="figurechange",
            name="replaced_import_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
