"""Factories of the floors that every test needs: nothing surprising, the fewest fields."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from branches.models import Branch, BranchFormat, Employment, Region, StaffMember, User


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"R{n}")
    name_en = factory.Sequence(lambda n: f"Region {n}")
    name_zh = factory.Sequence(lambda n: f"区域{n}")


class BranchFormatFactory(DjangoModelFactory):
    class Meta:
        model = BranchFormat
        django_get_or_create = ("code",)

    code = "shop"
    name_en = "Shop"
    name_zh = "门店"


class BranchFactory(DjangoModelFactory):
    class Meta:
        model = Branch

    code = factory.Sequence(lambda n: f"B{n:03}")
    name_en = factory.Sequence(lambda n: f"Branch {n}")
    name_zh = factory.Sequence(lambda n: f"网点{n}")
    region = factory.SubFactory(RegionFactory)
    format = factory.SubFactory(BranchFormatFactory)


class StaffMemberFactory(DjangoModelFactory):
    class Meta:
        model = StaffMember

    number = factory.Sequence(lambda n: f"S{n:04}")
    name = factory.Sequence(lambda n: f"Staff {n}")


class EmploymentFactory(DjangoModelFactory):
    class Meta:
        model = Employment

    staff = factory.SubFactory(StaffMemberFactory)
    branch = factory.SubFactory(BranchFactory)
    starts_on = date(2020, 1, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    role = "staff"
