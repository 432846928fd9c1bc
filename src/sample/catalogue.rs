//! The parts of a university: tables of colleges, offices and departments.

/// A college that a university may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct College {
    /// Its name.
    pub(super) name: &'static str,
    /// Its name after it is renamed.
    pub(super) later_name: &'static str,
    /// The beginning of its short name, before 学院.
    pub(super) stem: &'static str,
    /// Its English name.
    pub(super) name_en: &'static str,
    /// The subjects for which it has a 系.
    pub(super) subjects: [&'static str; 4],
}

const fn college(
    name: &'static str,
    later_name: &'static str,
    stem: &'static str,
    name_en: &'static str,
    subjects: [&'static str; 4],
) -> College {
    College { name, later_name, stem, name_en, subjects }
}

pub(super) const COLLEGES: &[College] = &[
    college(
        "计算机科学与信息工程学院",
        "计算机与人工智能学院",
        "计算机",
        "School of Computer Science and Information Engineering",
        ["计算机科学", "软件工程", "网络工程", "信息工程"],
    ),
    college(
        "数学与统计学院",
        "数学与数据科学学院",
        "数学",
        "School of Mathematics and Statistics",
        ["数学", "统计学", "应用数学", "数据科学"],
    ),
    college(
        "物理与电子工程学院",
        "物理与光电工程学院",
        "物理",
        "School of Physics and Electronic Engineering",
        ["物理学", "电子信息", "光电工程", "通信工程"],
    ),
    college(
        "化学与环境学院",
        "化学与生态环境学院",
        "化学",
        "School of Chemistry and Environment",
        ["化学", "应用化学", "环境科学", "环境工程"],
    ),
    college(
        "生命科学学院",
        "生命科学与技术学院",
        "生命科学",
        "School of Life Sciences",
        ["生物科学", "生物技术", "生态学", "生物工程"],
    ),
    college(
        "机械工程学院",
        "智能制造学院",
        "机械",
        "School of Mechanical Engineering",
        ["机械设计", "车辆工程", "工业设计", "机器人工程"],
    ),
    college(
        "电气与自动化学院",
        "电气与控制工程学院",
        "电气",
        "School of Electrical Engineering and Automation",
        ["电气工程", "自动化", "测控技术", "能源动力"],
    ),
    college(
        "土木与建筑学院",
        "城市建设学院",
        "土木",
        "School of Civil Engineering and Architecture",
        ["土木工程", "建筑学", "工程管理", "给排水"],
    ),
    college(
        "材料科学与工程学院",
        "新材料与新能源学院",
        "材料",
        "School of Materials Science and Engineering",
        ["材料科学", "高分子材料", "金属材料", "冶金工程"],
    ),
    college(
        "文学院",
        "文学与新闻学院",
        "中文",
        "School of Chinese Language and Literature",
        ["汉语言文学", "秘书学", "汉语国际教育", "古典文献"],
    ),
    college(
        "历史文化学院",
        "历史与文化遗产学院",
        "历史",
        "School of History and Culture",
        ["历史学", "文物与博物馆", "考古学", "世界史"],
    ),
    college("外国语学院", "外国语言文化学院", "外语", "School of Foreign Languages", ["英语", "日语", "俄语", "翻译"]),
    college(
        "新闻传媒学院",
        "新闻与传播学院",
        "传媒",
        "School of Journalism and Media",
        ["新闻学", "广播电视", "广告学", "网络与新媒体"],
    ),
    college("法学院", "法学与社会学院", "法律", "School of Law", ["法学", "知识产权", "社会工作", "政治学"]),
    college(
        "马克思主义学院",
        "马克思主义学院(思想政治理论课教学部)",
        "马克思主义",
        "School of Marxism",
        ["基本原理", "思想道德与法治", "近现代史纲要", "形势与政策"],
    ),
    college("经济学院", "经济与金融学院", "经济", "School of Economics", ["经济学", "金融学", "国际贸易", "财政学"]),
    college("管理学院", "商学院", "管理", "School of Management", ["工商管理", "会计学", "市场营销", "人力资源管理"]),
    college(
        "教育科学学院",
        "教师教育学院",
        "教育",
        "School of Education",
        ["教育学", "学前教育", "心理学", "小学教育"],
    ),
    college(
        "体育学院",
        "体育与健康学院",
        "体育",
        "School of Physical Education",
        ["体育教育", "运动训练", "社会体育", "公共体育"],
    ),
    college("音乐学院", "音乐与舞蹈学院", "音乐", "School of Music", ["声乐", "器乐", "音乐学", "舞蹈"]),
    college("美术学院", "美术与设计学院", "美术", "School of Fine Arts", ["绘画", "美术教育", "视觉传达", "环境设计"]),
    college("农学院", "现代农业学院", "农业", "School of Agriculture", ["农学", "园艺", "植物保护", "农业资源"]),
    college("医学院", "医学与健康学院", "医学", "School of Medicine", ["临床医学", "护理学", "预防医学", "药学"]),
    college(
        "公共管理学院",
        "政府管理学院",
        "公管",
        "School of Public Administration",
        ["行政管理", "公共事业管理", "劳动与社会保障", "土地资源管理"],
    ),
    college(
        "旅游学院",
        "旅游与酒店管理学院",
        "旅游",
        "School of Tourism",
        ["旅游管理", "酒店管理", "会展经济", "文化产业"],
    ),
    college(
        "食品科学与工程学院",
        "食品与健康学院",
        "食品",
        "School of Food Science and Engineering",
        ["食品科学", "食品质量", "粮食工程", "酿酒工程"],
    ),
];

/// Colleges that are established late.
pub(super) const NEW_COLLEGES: &[College] = &[
    college(
        "人工智能学院",
        "人工智能与未来技术学院",
        "人工智能",
        "School of Artificial Intelligence",
        ["智能科学", "机器学习", "智能感知", "大数据"],
    ),
    college(
        "集成电路学院",
        "集成电路与微电子学院",
        "集成电路",
        "School of Integrated Circuits",
        ["微电子", "电路设计", "封装测试", "电子材料"],
    ),
    college(
        "碳中和未来技术学院",
        "碳中和学院",
        "碳中和",
        "School of Carbon Neutrality",
        ["储能科学", "低碳技术", "碳经济", "氢能"],
    ),
];

/// Departments of the committee, name and English name; the first six are old, the others late.
pub(super) const DEPARTMENTS: &[(&str, &str)] = &[
    ("组织部", "Organisation Department"),
    ("宣传部", "Publicity Department"),
    ("统战部", "United Front Work Department"),
    ("离退休工作部", "Department for Retired Staff"),
    ("学生工作部", "Student Affairs Department"),
    ("保卫部", "Security Department"),
    ("教师工作部", "Faculty Affairs Department"),
    ("研究生工作部", "Graduate Affairs Department"),
    ("武装部", "People's Armed Forces Department"),
];

/// Administrative offices and English names, in the order of their codes. The last four have a
/// second-level Party org, or a branch of their own.
pub(super) const OFFICES: &[(&str, &str)] = &[
    ("学校办公室", "President's Office"),
    ("人事处", "Human Resources Office"),
    ("教务处", "Academic Affairs Office"),
    ("科研处", "Research Office"),
    ("财务处", "Finance Office"),
    ("学生处", "Student Affairs Office"),
    ("研究生院", "Graduate School"),
    ("国际合作与交流处", "International Office"),
    ("资产管理处", "Asset Management Office"),
    ("保卫处", "Security Office"),
    ("审计处", "Audit Office"),
    ("招生就业处", "Admissions and Careers Office"),
    ("基建处", "Construction Office"),
    ("发展规划处", "Planning Office"),
    ("信息化建设中心", "Information Technology Centre"),
    ("离退休工作处", "Office for Retired Staff"),
    ("后勤管理处", "Logistics Office"),
    ("图书馆", "Library"),
    ("继续教育学院", "School of Continuing Education"),
    ("校医院", "University Hospital"),
];

/// The number of [`OFFICES`] that share the general branch of the administration.
pub(super) const ADMINISTRATION: usize = 15;

/// The parts of the logistics office.
pub(super) const LOGISTICS: &[&str] = &["饮食服务中心", "公寓管理中心", "物业管理中心"];

/// The authorities above universities, by province.
pub(super) const PROVINCES: &[&str] = &[
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
];

/// 一, 二, 三 … for the `nth`, counted from 1.
pub(super) fn numeral(nth: usize) -> &'static str {
    ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"].get(nth.saturating_sub(1)).copied().unwrap_or("十一")
}
