//! Made-up names of people and universities. Any likeness to real ones is accidental.

use super::rng::Rng;

// Roughly by frequency: earlier ones are chosen more often.
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高",
    "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "邓", "冯", "曹", "彭", "曾", "肖", "田", "董", "潘", "袁", "蔡",
    "蒋", "余", "于", "杜", "叶", "程", "魏", "苏", "吕", "丁", "任", "卢", "姚", "沈", "钟", "姜", "崔", "谭", "陆",
    "范", "汪", "廖", "石", "金", "韦", "贾", "夏", "付", "方", "邹", "熊", "白", "孟", "秦", "邱", "侯", "江", "尹",
    "薛", "闫", "段", "雷", "龙", "黎", "史", "陶", "贺", "毛", "郝", "顾", "龚", "邵", "万", "覃", "武", "钱", "戴",
    "欧阳", "司马", "上官", "诸葛", "慕容",
];

const GIVEN_NAMES: &[&str] = &[
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "超", "秀", "霞", "平",
    "刚", "桂", "英", "华", "玉", "兰", "红", "梅", "国", "建", "文", "辉", "力", "宁", "博", "鹏", "飞", "雪", "琳",
    "晨", "宇", "浩", "凯", "欣", "怡", "佳", "俊", "峰", "波", "斌", "婷", "慧", "莹", "倩", "璐", "颖", "洁", "萍",
    "春", "秋", "冬", "海", "江", "山", "林", "松", "柏", "志", "德", "忠", "诚", "立", "兴", "宏", "远", "达", "安",
    "庆", "祥", "瑞", "嘉", "思", "雨", "梦", "子", "轩", "泽", "睿", "铭", "航", "然", "一", "可", "彤", "悦", "蕾",
    "岚", "青", "云", "天", "昊",
];

/// A random name of a person.
pub(super) fn person(rng: &mut Rng) -> String {
    let nth = rng.below(SURNAMES.len()).min(rng.below(SURNAMES.len()));
    let mut name = SURNAMES.get(nth).copied().unwrap_or_default().to_owned();
    name.push_str(rng.pick::<&str>(GIVEN_NAMES));
    if rng.chance(78) {
        name.push_str(rng.pick::<&str>(GIVEN_NAMES));
    }
    name
}

const PLACES: (&[&str], &[&str]) = (
    &[
        "云", "临", "清", "南", "东", "西", "北", "长", "江", "海", "青", "龙", "凤", "白", "金", "玉", "安", "永",
        "宁", "平", "丰", "明", "新", "嘉", "瑞", "松", "柳", "桐", "兰", "枫",
    ],
    &["川", "江", "州", "阳", "原", "安", "山", "河", "湖", "海", "城", "岭", "溪", "陵", "泉", "浦", "屏", "台"],
);

const SORTS: &[&str] = &[
    "大学",
    "理工大学",
    "师范大学",
    "科技大学",
    "农业大学",
    "医科大学",
    "财经大学",
    "工业大学",
    "交通大学",
    "民族大学",
    "外国语大学",
    "工商大学",
    "学院",
    "师范学院",
    "工程学院",
    "工业学院",
    "农林学院",
    "医学院",
    "商学院",
    "职业大学",
];

/// The name of university `number`. The first 10,000 names are all different.
pub(super) fn university(seed: u64, number: u32) -> String {
    // This step shares no divisor with the number of names, so it visits all of them.
    const STEP: u64 = 6007;
    let (first, second) = PLACES;
    let names = (first.len() * second.len() * SORTS.len()) as u64;
    let nth = ((seed % names + u64::from(number) * STEP) % names) as usize;
    let (nth, sort) = (nth / SORTS.len(), nth % SORTS.len());
    let part = |table: &[&'static str], nth: usize| table.get(nth % table.len()).copied().unwrap_or_default();
    let mut name = part(first, nth / second.len()).to_owned();
    if part(first, nth / second.len()) == part(second, nth) {
        name.push('大');
    }
    name + part(second, nth) + part(SORTS, sort)
}
