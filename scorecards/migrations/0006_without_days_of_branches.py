from django.db import migrations


class Migration(migrations.Migration):
    """The key (day, branch, staff member) serves what the index of whole branches' days did; imports pay for one less."""

    dependencies = [("scorecards", "0005_replaced_by_change")]

    operations = [
        migrations.RemoveIndex(model_name="dailyfigures", name="figures_day_of_branches"),
    ]
