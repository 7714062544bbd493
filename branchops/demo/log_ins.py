"""The log-ins of the demo company, as they are printed."""

from branches.models import User

PASSWORD = "branchops-demo"  # noqa: S105  the demo's own, printed beside the log-ins
LOG_INS = {
    "manager": "branch manager, one branch · 营业厅经理（一个营业厅）",
    "manager2": "branch manager, two branches, one with missing figures · 营业厅经理（两个营业厅，其中一个缺数据）",
    "region": "regional staff, South China · 区域督导（华南）",
    "staff": "staff member · 员工",
    "admin": "administrator · 管理员",
}


def log_ins() -> str:
    """A line per demo log-in; empty where one of them is missing: this is no demo company."""
    known = set(User.objects.filter(username__in=LOG_INS).values_list("username", flat=True))
    lines = [f"    {name:<10} {text}" for name, text in LOG_INS.items()]
    heading = f"  Log-ins, password {PASSWORD} · 演示账号，密码 {PASSWORD}"
    return "\n".join([heading, *lines, ""]) if known == set(LOG_INS) else ""
