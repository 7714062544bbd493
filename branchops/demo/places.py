"""Where the demo company has its shops: regions, areas below them, formats, branches."""

from typing import NamedTuple


class Named(NamedTuple):
    """A code with its name in both languages."""

    code: str
    en: str
    zh: str


class Area(NamedTuple):
    """A region's part: its code and names, and the code of the region above it."""

    code: str
    en: str
    zh: str
    region: str


class Place(NamedTuple):
    """A branch: `size` multiplies the visitors that its format draws, `staff` is the size of its team."""

    code: str
    en: str
    zh: str
    area: str
    format: str
    size: float
    staff: int


REGIONS = (
    Named("SOUTH", "South China", "华南区域"),
    Named("EAST", "East China", "华东区域"),
    Named("SOUTHWEST", "Southwest China", "西南区域"),
)

AREAS = (
    Area("SZ", "Shenzhen", "深圳片区", "SOUTH"),
    Area("GZ", "Guangzhou", "广州片区", "SOUTH"),
    Area("FS", "Foshan", "佛山片区", "SOUTH"),
    Area("SH", "Shanghai", "上海片区", "EAST"),
    Area("HZ", "Hangzhou", "杭州片区", "EAST"),
    Area("CD", "Chengdu", "成都片区", "SOUTHWEST"),
    Area("CQ", "Chongqing", "重庆片区", "SOUTHWEST"),
)

FORMATS = (
    Named("flagship", "Flagship", "旗舰厅"),
    Named("standard", "Standard shop", "标准厅"),
    Named("mall", "Mall counter", "商场专柜"),
    Named("community", "Community shop", "社区店"),
)

PLACES = (
    Place("SZ01", "Nanshan Science Park", "南山科技园营业厅", "SZ", "flagship", 1.08, 11),
    Place("SZ02", "Futian Central", "福田中心营业厅", "SZ", "standard", 1.15, 8),
    Place("SZ03", "Luohu Port", "罗湖口岸营业厅", "SZ", "standard", 0.95, 7),
    Place("SZ04", "Bao'an Centre Mall", "宝安中心商场专柜", "SZ", "mall", 1.10, 5),
    Place("GZ01", "Tianhe Sports Centre", "天河体育中心营业厅", "GZ", "flagship", 1.15, 12),
    Place("GZ02", "Yuexiu Beijing Road", "越秀北京路营业厅", "GZ", "standard", 1.10, 7),
    Place("GZ03", "Haizhu Jiangnan West", "海珠江南西商场专柜", "GZ", "mall", 0.95, 5),
    Place("GZ04", "Panyu Shiqiao", "番禺市桥社区店", "GZ", "community", 1.05, 4),
    Place("FS01", "Foshan Zumiao", "佛山祖庙营业厅", "FS", "standard", 0.90, 6),
    Place("FS02", "Shunde Daliang", "顺德大良社区店", "FS", "community", 1.00, 4),
    Place("SH01", "Xujiahui", "徐家汇营业厅", "SH", "flagship", 1.00, 11),
    Place("SH02", "Lujiazui", "陆家嘴营业厅", "SH", "standard", 1.20, 7),
    Place("SH03", "Wujiaochang", "五角场商场专柜", "SH", "mall", 1.15, 6),
    Place("SH04", "Minhang Xinzhuang", "闵行莘庄营业厅", "SH", "standard", 0.92, 6),
    Place("HZ01", "Wulin Square", "武林广场营业厅", "HZ", "standard", 1.05, 7),
    Place("HZ02", "Binjiang", "滨江商场专柜", "HZ", "mall", 0.90, 4),
    Place("HZ03", "Yuhang Xixi", "余杭西溪社区店", "HZ", "community", 0.95, 4),
    Place("CD01", "Chunxi Road", "春熙路营业厅", "CD", "standard", 1.18, 8),
    Place("CD02", "Tianfu Third Street", "天府三街营业厅", "CD", "standard", 1.00, 7),
    Place("CD03", "Jinniu Mall", "金牛商场专柜", "CD", "mall", 0.92, 5),
    Place("CD04", "Wenjiang", "温江社区店", "CD", "community", 0.85, 4),
    Place("CQ01", "Jiefangbei", "解放碑营业厅", "CQ", "standard", 1.10, 7),
    Place("CQ02", "Guanyinqiao", "观音桥商场专柜", "CQ", "mall", 1.05, 5),
    Place("CQ03", "Shapingba", "沙坪坝社区店", "CQ", "community", 1.00, 4),
)

#: Refurbished for three weeks; opened four months ago; closed for good; keeps office hours and holidays.
REFURBISHED, NEW, CLOSED, OFFICE_HOURS = "CQ01", "FS02", "CD04", "SH02"
#: The door counter was broken for four weeks; figures come late; kinds of repeat order are not told apart.
COUNTER_BROKEN, LATE, NO_SPLIT = "SH03", "HZ02", "CQ03"

SURNAMES = "李王张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁董余苏"
GIVEN_NAMES = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "婷",
    "浩然",
    "子涵",
    "欣怡",
    "思远",
    "雨桐",
    "嘉豪",
    "晓燕",
    "志强",
    "文博",
    "梓萱",
    "俊杰",
    "佳怡",
    "宇航",
    "诗琪",
    "建国",
    "美玲",
    "国栋",
    "雪梅",
    "海燕",
    "立新",
    "玉兰",
    "家乐",
    "天佑",
    "若曦",
    "一鸣",
    "书瑶",
    "景行",
    "可欣",
]
