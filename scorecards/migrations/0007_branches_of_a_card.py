from django.db import migrations, models


def ask_for_everything(apps, schema_editor):
    """A region adds up what lies below it, so the next run computes everything: this date is not the facts'."""
    apps.get_model("scorecards", "Freshness").objects.update(since=None)


class Migration(migrations.Migration):
    """How many branches a card adds up. NULL until it is made anew: the league table then says less."""

    dependencies = [("scorecards", "0006_without_days_of_branches")]

    operations = [
        migrations.AddField("card", "branches", models.IntegerField(null=True)),
        migrations.RunPython(ask_for_everything, migrations.RunPython.noop),
    ]
