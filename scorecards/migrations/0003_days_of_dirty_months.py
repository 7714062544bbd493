from django.db import migrations, models


class Migration(migrations.Migration):
    """A mark says which days have changed; marks that exist, and those of the previous release, mean every day."""

    dependencies = [
        ("scorecards", "0002_token_for_every_branch"),
    ]

    operations = [
        migrations.AddField(
            model_name="dirtymonth",
            name="days",
            field=models.PositiveIntegerField(
                db_default=2147483647, default=2147483647, verbose_name="changed days"
            ),
        ),
    ]
