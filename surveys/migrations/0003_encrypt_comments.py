"""Comments are encrypted, and agendas keep their number instead of repeating them. Both ways, in batches."""

import re

from django.db import migrations, transaction
from django.db.models import ExpressionWrapper, F, TextField, Value

from personal.fields import MARK, Unreadable, opened, sealed

BATCH = 500
LONGEST_QUOTE = 240
SECTION = "customers_said"
ENGLISH = re.compile(r"“(.*)” ((?:Satisfaction|Would recommend): .*)", re.DOTALL)
CHINESE = re.compile(r"“.*”（(.*)）", re.DOTALL)


def encrypt(apps, schema_editor):
    """Every comment that lies in clear."""
    _comments(apps, lambda stored: None if stored.startswith(MARK) else sealed(stored))


def decrypt(apps, schema_editor):
    """Every comment back into clear; stops where a key is missing."""
    _comments(apps, lambda stored: _clear(stored) if stored.startswith(MARK) else None)


def _clear(stored):
    return _readable(opened(stored))


def _readable(text):
    if isinstance(text, Unreadable):
        raise ValueError("A comment cannot be decrypted: its key is missing from FIELD_KEYS.")
    return text


def _comments(apps, changed):
    stored = ExpressionWrapper(F("text"), output_field=TextField())
    rows = apps.get_model("surveys", "AnswerComment").objects.annotate(stored=stored).order_by("pk")
    after = 0
    while batch := list(rows.filter(pk__gt=after).values_list("pk", "stored")[:BATCH]):
        with transaction.atomic():
            for pk, old in batch:
                new = changed(old)
                if new is not None:
                    rows.filter(pk=pk).order_by().update(text=Value(new, output_field=TextField()))
        after = batch[-1][0]


def take_out(apps, schema_editor):
    """Agenda lines keep a comment's number; words that are in no comment any more go. So do actions' reasons."""
    for item in _lines(apps):
        english, chinese = ENGLISH.fullmatch(item.text_en), CHINESE.fullmatch(item.text_zh)
        if english and chinese:
            _take_out(apps, item, *english.groups(), chinese[1])


def _take_out(apps, item, quote, text_en, text_zh):
    reasons = apps.get_model("meetings", "Action").objects.filter(from_item=item.pk)
    reasons.filter(what_for=item.text_en).update(what_for=text_en)
    reasons.filter(what_for=item.text_zh).update(what_for=text_zh)
    item.quoted_id = _number_of(apps, item, quote)
    item.text_en, item.text_zh = text_en, text_zh
    item.save(update_fields=["quoted_id", "text_en", "text_zh"])


def _number_of(apps, item, quote):
    """The comment of this branch that the line repeats; the line's address names its day."""
    day = re.search(r"first=(\d{4}-\d\d-\d\d)", item.url)
    comments = apps.get_model("surveys", "AnswerComment").objects.filter(answer__branch=item.meeting.branch_id)
    same_day = comments.filter(answer__day=day[1]) if day else comments.none()
    return next((comment.pk for comment in same_day if _quoted(comment.text) == quote), None)


def put_back(apps, schema_editor):
    """The words back into the lines; empty where they have been erased."""
    comments = apps.get_model("surveys", "AnswerComment").objects
    for item in _lines(apps, quoted_id__isnull=False):
        comment = comments.filter(pk=item.quoted_id).first()
        quote = _quoted(_readable(comment.text)) if comment else ""
        item.text_en = f"“{quote}” {item.text_en}" if quote else ""
        item.text_zh = f"“{quote}”（{item.text_zh}）" if quote else ""
        item.quoted_id = None
        item.save(update_fields=["quoted_id", "text_en", "text_zh"])


def _quoted(text):
    short = " ".join(text.split())
    return short if len(short) <= LONGEST_QUOTE else short[: LONGEST_QUOTE - 1] + "…"


def _lines(apps, **wanted):
    rows = apps.get_model("meetings", "AgendaItem").objects.filter(section=SECTION, **wanted).order_by("pk")
    after = 0
    while batch := list(rows.filter(pk__gt=after).select_related("meeting")[:BATCH]):
        with transaction.atomic():
            yield from batch
        after = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("surveys", "0002_comments_take_ciphertext"),
        ("meetings", "0003_outcomes_of_held_meetings"),
    ]

    operations = [migrations.RunPython(encrypt, decrypt), migrations.RunPython(take_out, put_back)]
