"""What was agreed in the meetings held so far: their actions as they stand today, for nothing better is known."""

from django.db import migrations, transaction

BATCH = 500


def keep(apps, schema_editor):
    """A row for each action of a held meeting; again for those that are there changes nothing."""
    meetings = apps.get_model("meetings", "Meeting").objects.filter(state="held").order_by("pk")
    after = 0
    while batch := list(meetings.filter(pk__gt=after)[:BATCH]):
        with transaction.atomic():
            outcomes = apps.get_model("meetings", "Outcome").objects
            outcomes.bulk_create(_outcomes(apps, {m.pk: m for m in batch}), ignore_conflicts=True)
        after = batch[-1].pk


def _outcomes(apps, held):
    actions = apps.get_model("meetings", "Action").objects.exclude(state="dropped").order_by("pk")
    for action in actions.filter(from_item__meeting__in=held).select_related("from_item"):
        yield _outcome(apps, action, held[action.from_item.meeting_id], action.from_item_id)
    by_branch = {}
    for meeting in held.values():
        by_branch.setdefault(meeting.branch_id, []).append(meeting)
    for action in actions.filter(from_item__isnull=True, branch__in=by_branch):
        for meeting in by_branch[action.branch_id]:
            if meeting.started_at <= action.made_at <= meeting.held_at:
                yield _outcome(apps, action, meeting, None)


def _outcome(apps, action, meeting, item_id):
    return apps.get_model("meetings", "Outcome")(
        meeting_id=meeting.pk,
        item_id=item_id,
        action_id=action.pk,
        owner_id=action.owner_id,
        text=action.text,
        due_on=action.due_on,
        is_done=bool(action.done_at and action.done_at <= meeting.held_at),
        is_new=True,
    )


def forget(apps, schema_editor):
    """The actions themselves are still there."""
    apps.get_model("meetings", "Outcome").objects.all().delete()


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("meetings", "0002_quotes_and_outcomes")]

    operations = [migrations.RunPython(keep, forget)]
