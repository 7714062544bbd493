"""Which column holds what: headings in English, Chinese and a few other languages are recognised by their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from formulas.components import COMPONENTS

DAILY = "daily"
RECEIPTS = "receipts"


@dataclass(frozen=True)
class Field:
    """What a column may hold; `kinds`: in which files it makes sense; `words`: headings that mean it (tidied)."""

    code: str
    label: str | Promise
    words: str
    kinds: tuple[str, ...] = (DAILY, RECEIPTS)


FIELDS = (
    Field(
        "branch",
        _("branch"),
        "branch|branchcode|branchid|branchno|store|storeid|storecode|storeno|shop|shopid|outlet|门店|门店编号|门店编码|"
        "门店代码|门店id|网点|网点编号|网点编码|网点代码|营业厅|营业厅编码|营业厅编号|营业厅代码|店铺|店铺编号|店号|店铺id|机构|"
        "机构编码|sklep|sklepid|filiale|filialnummer|sucursal|tienda",
    ),
    Field(
        "day",
        _("day"),
        "day|date|businessdate|tradingday|businessday|orderdate|saledate|transactiondate|datetime|timestamp|日期|营业日|"
        "营业日期|业务日期|交易日期|销售日期|成交时间|成交日期|下单时间|订单时间|交易时间|付款时间|data|datum|fecha|dzien",
    ),
    Field(
        "staff",
        _("staff member"),
        "staff|staffno|staffnumber|staffid|staffcode|employee|employeeid|employeeno|employeenumber|salesperson|seller|工号|"
        "员工|员工号|员工编号|员工工号|营业员|营业员工号|导购|导购工号|销售员",
    ),
    Field(
        "visitors",
        _("visitors"),
        "visitors|visits|footfall|traffic|walkins|visitorcount|客户数量|客流|客流量|进店人数|进店客流|访客数|访客|到店人数|接待人数",
        (DAILY,),
    ),
    Field(
        "buyers",
        _("buyers"),
        "buyers|payingcustomers|成交客户|成交客户数|成交人数|购买人数|支付买家数|买家数|成交顾客数",
        (DAILY,),
    ),
    Field(
        "orders",
        _("orders"),
        "orders|ordercount|numberoforders|transactions|tickets|receipts|订单数|订单量|成交单数|交易笔数|成交笔数|笔数|单数",
        (DAILY,),
    ),
    Field(
        "repeat_orders",
        _("repeat orders"),
        "repeatorders|repurchases|repeatpurchases|复购订单|复购订单数|复购单数|复购数",
        (DAILY,),
    ),
    Field(
        "extension_orders",
        _("extension orders"),
        "extensionorders|crosssellorders|crosssales|延展购买|延展订单|延展订单数|延展购买量|连带订单|交叉销售订单",
        (DAILY,),
    ),
    Field(
        "revenue",
        _("revenue"),
        "revenue|sales|turnover|salesamount|totalsales|netsales|storesales|业绩|销售额|营业额|营业收入|收入|销售金额|成交金额|"
        "交易额|支付金额|sprzedaz|umsatz|ventas",
        (DAILY,),
    ),
    Field(
        "cost_of_goods",
        _("cost of goods"),
        "costofgoods|cogs|costofsales|costofgoodssold|商品成本|销售成本|成本|进货成本",
    ),
    Field(
        "operating_cost",
        _("operating cost"),
        "operatingcost|opex|operatingcosts|expenses|运营成本|经营费用|营业费用|费用",
        (DAILY,),
    ),
    Field(
        "digital_orders",
        _("digital orders"),
        "digitalorders|onlineorders|selfserviceorders|数字渠道订单|线上订单|线上订单数|自助订单|电子渠道订单",
        (DAILY,),
    ),
    Field(
        "new_customers",
        _("new customers"),
        "newcustomers|新客户|新客户数|新客数|新增客户|新增客户数",
        (DAILY,),
    ),
    Field(
        "waits_measured",
        _("waits measured"),
        "waitsmeasured|waits|等候次数|等候测量数|测量等候数|等候数",
        (DAILY,),
    ),
    Field(
        "waits_in_standard",
        _("waits in standard"),
        "waitsinstandard|waitswithinstandard|达标等候数|等候达标数|等候达标次数",
        (DAILY,),
    ),
    Field(
        "conversion",
        _("conversion"),
        "conversion|conversionrate|转化效率|转化率|支付转化率|成交率|成交转化率",
        (DAILY,),
    ),
    Field(
        "value_per_buyer",
        _("revenue per buyer"),
        "valueperbuyer|revenueperbuyer|spendperbuyer|avgcustomer|averagecustomer|客单价|人均消费",
        (DAILY,),
    ),
    Field(
        "basket",
        _("revenue per order"),
        "basket|averagebasket|avgbasket|averageordervalue|aov|客单量|笔单价|单均价|件单价",
        (DAILY,),
    ),
    Field(
        "open",
        _("open that day"),
        "open|isopen|opened|是否营业|营业|是否开门|czyotwarty|geoffnet|abierto",
        (DAILY,),
    ),
    Field(
        "order",
        _("order number"),
        "order|orderid|orderno|ordernumber|invoice|invoiceid|invoiceno|receiptid|receiptno|receiptnumber|transactionid|"
        "ticketid|订单id|订单号|订单编号|小票号|单号|流水号|交易号|交易流水号",
        (RECEIPTS,),
    ),
    Field(
        "customer",
        _("customer number"),
        "customerid|customerno|customernumber|customercode|memberid|memberno|cardno|客户id|客户编号|客户号|会员号|会员卡号|会员id|会员编号|顾客编号",
        (RECEIPTS,),
    ),
    Field(
        "amount",
        _("amount"),
        "amount|total|totalamount|orderamount|paid|amountpaid|lineamount|金额|实付金额|实收金额|订单金额|合计|总金额|应收金额|付款金额",
        (RECEIPTS,),
    ),
    Field("price", _("unit price"), "price|unitprice|单价|售价", (RECEIPTS,)),
    Field("quantity", _("quantity"), "quantity|qty|units|数量|销量|销售数量|件数", (RECEIPTS,)),
)
BY_CODE = {field.code: field for field in FIELDS}
LABELS: dict[str, str | Promise] = {field.code: field.label for field in FIELDS}
WORDS = {word: field.code for field in FIELDS for word in field.words.split("|")}
# A heading that counts people without saying which: visitors, buyers or tickets? Only the reader knows.
CUSTOMERS = frozenset(
    [
        "customers",
        "customercount",
        "dailycustomercount",
        "numberofcustomers",
        "cust",
        "客户数",
        "顾客数",
        "人数",
        "liczbaklientow",
        "kunden",
        "clientes",
    ]
)
CUSTOMER_CHOICES = ("visitors", "buyers", "orders")
RATIOS = ("conversion", "value_per_buyer", "basket")
FIGURE_FIELDS = {DAILY: (*COMPONENTS, "conversion"), RECEIPTS: ("amount", "price")}
NOT_IMPORTED = pgettext_lazy("column", "not imported")


def tidy(heading: str) -> str:
    """A heading as compared: full-width forms and case folded, only letters, digits and Chinese characters kept."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    text = re.sub(r"[(\[（【].*?[)\]）】]", "", text) or text
    plain = unicodedata.normalize("NFD", text.replace("ł", "l").replace("ß", "ss"))
    return re.sub(r"[\W_]+", "", "".join(mark for mark in plain if not unicodedata.combining(mark)))


@dataclass(frozen=True)
class Mapped:
    """Field → heading as recognised, the kind of file, and the heading that counts people without saying which."""

    mapping: dict[str, str]
    kind: str
    customers: str = ""


def recognise(headings: Sequence[str]) -> Mapped:
    """Map headings by their words; of two headings for one field the first wins."""
    found: dict[str, str] = {}
    customers = ""
    for heading in headings:
        word = tidy(heading)
        if word in CUSTOMERS:
            customers = customers or heading
        elif word in WORDS:
            found.setdefault(WORDS[word], heading)
    kind = kind_of(found)
    # "Amount" and "sales" are the same word for the two kinds of file.
    money = ("amount", "revenue") if kind == RECEIPTS else ("revenue", "amount")
    if money[0] not in found and money[1] in found:
        found[money[0]] = found[money[1]]
    mapping = {code: heading for code, heading in found.items() if kind in BY_CODE[code].kinds}
    return Mapped(mapping, kind, customers if kind == DAILY else "")


def kind_of(found: dict[str, str]) -> str:
    """Receipts if a column names the single order, customer or price; otherwise a row per branch and day."""
    one_order = found.keys() & {"order", "customer", "price"}
    return RECEIPTS if one_order and found.keys() & {"amount", "price", "revenue"} else DAILY


def recognised(cells: Sequence[str]) -> int:
    """How many cells of a row are headings that we know."""
    words = [tidy(cell) for cell in cells]
    return sum(word in WORDS or word in CUSTOMERS for word in words)
