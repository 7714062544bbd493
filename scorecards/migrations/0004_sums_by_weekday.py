from django.db import migrations, models


def ask_for_everything(apps, schema_editor):
    """The month sums are made anew by the next run, which computes everything where this date is not the facts'."""
    apps.get_model("scorecards", "Freshness").objects.update(since=None)


class Migration(migrations.Migration):
    """Month sums by weekday and of pairs of days. NULL until they are made anew: intervals are then those of before."""

    dependencies = [
        ("scorecards", "0003_days_of_dirty_months"),
    ]

    operations = [
        *(
            migrations.AddField("monthsums", f"weekday_{n}_days", models.SmallIntegerField(null=True))
            for n in range(1, 8)
        ),
        *(
            migrations.AddField("monthsums", f"weekday_{n}_revenue", models.BigIntegerField(null=True))
            for n in range(1, 8)
        ),
        migrations.AddField("monthsums", "pairs", models.IntegerField(null=True)),
        migrations.AddField("monthsums", "pairs_now", models.BigIntegerField(null=True)),
        migrations.AddField("monthsums", "pairs_before", models.BigIntegerField(null=True)),
        migrations.AddField("monthsums", "pairs_now_squares", models.FloatField(null=True)),
        migrations.AddField("monthsums", "pairs_before_squares", models.FloatField(null=True)),
        migrations.AddField("monthsums", "pairs_products", models.FloatField(null=True)),
        migrations.RunPython(ask_for_everything, migrations.RunPython.noop),
    ]
