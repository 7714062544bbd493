"""The arithmetic of BranchOps: Python and numpy only, no Django, no database.

One definition per figure, used alike for one branch on a page and for ten thousand branches at night.
Money is in whole minor units; shares and rates are fractions (0.123, not 12.3); a figure that is not
recorded or not defined is NaN in arrays and ``None`` in single values, never 0.
"""
