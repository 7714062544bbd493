"""The failed log-ins of django-axes under this app's name; and labels of keys. No table changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("axes", "0010_accessattemptexpiration"), ("branches", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="FailedLogIn",
            fields=[],
            options={
                "verbose_name": "failed log-in",
                "verbose_name_plural": "failed log-ins",
                "ordering": ["-attempt_time"],
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("axes.accessattempt",),
        ),
        migrations.AlterField(
            model_name="closure",
            name="branch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="closures",
                to="branches.branch",
                verbose_name="branch",
            ),
        ),
        migrations.AlterField(
            model_name="closure",
            name="region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="closures",
                to="branches.region",
                verbose_name="region",
            ),
        ),
        migrations.AlterField(
            model_name="openinghours",
            name="branch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="opening_hours",
                to="branches.branch",
                verbose_name="branch",
            ),
        ),
    ]
