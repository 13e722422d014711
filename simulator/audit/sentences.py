"""The words of an audit, Chinese and English side by side: names, verdicts, titles of checks, sentences."""

from __future__ import annotations

from simulator.scenario import Title

NAMES = {
    "compute": Title(zh="算力", en="computing power"),
    "efficiency": Title(zh="能效", en="efficiency"),
    "it_power": Title(zh="IT功率（满载）", en="IT power (full load)"),
    "facility_power": Title(zh="设施功率（满载）", en="facility power (full load)"),
    "pue": Title(zh="PUE", en="PUE"),
    "hours": Title(zh="时长", en="hours"),
    "load": Title(zh="平均负载率", en="mean load"),
    "energy": Title(zh="用电量", en="electricity"),
    "stated_energy": Title(zh="所述用电量", en="stated electricity"),
    "mean_power": Title(zh="不间断的平均功率", en="mean power without a break"),
    "stated_power": Title(zh="所述IT功率", en="stated IT power"),
    "stated_facility_power": Title(zh="所述设施功率", en="stated facility power"),
    "racks": Title(zh="机架", en="racks"),
    "rack_rating": Title(zh="单架额定功率", en="rated power of a rack"),
    "power_per_compute": Title(zh="每EFLOPS的IT功率", en="IT power for each EFLOPS"),
    "efficiency_at_full_load": Title(zh="满载能效", en="efficiency at full load"),
    "mean_power_per_compute": Title(zh="每EFLOPS的平均设施功率", en="mean facility power for each EFLOPS"),
    "rack_power": Title(zh="单架IT功率", en="IT power of a rack"),
    "rack_energy": Title(zh="单架用电量", en="electricity of a rack"),
    "rack_mean_power": Title(zh="单架平均设施功率", en="mean facility power of a rack"),
    "load_factor": Title(zh="负荷率", en="load factor"),
    "implied_efficiency": Title(zh="隐含的能效（PUE为1时）", en="implied efficiency (at a PUE of 1)"),
}

VERDICTS = {
    "consistent": Title(zh="自洽", en="consistent"),
    "inconsistent": Title(zh="不自洽", en="inconsistent"),
    "precision_unstated": Title(zh="未说明算力精度", en="precision unstated"),
    "not_assessable": Title(zh="无法评估", en="not assessable"),
}

STATUSES = {
    "pass": Title(zh="通过", en="pass"),
    "fail": Title(zh="不通过", en="fail"),
    "unstated": Title(zh="未说明", en="unstated"),
    "not_assessable": Title(zh="无法评估", en="not assessable"),
}

ROLES = {
    "stated": Title(zh="原文所写", en="as written"),
    "suspected": Title(zh="疑似误读", en="suspected misreading"),
    "basis": Title(zh="对照口径", en="for comparison"),
}

CHECK_TITLES = {
    "reproduces": Title(zh="能否复算", en="reproduction"),
    "gloss": Title(zh="数字与释义", en="number and gloss"),
    "precision": Title(zh="算力精度", en="precision basis"),
    "efficiency_envelope": Title(zh="能效范围", en="range of efficiency"),
    "hours": Title(zh="时长", en="hours"),
    "pue": Title(zh="PUE", en="PUE"),
    "share": Title(zh="占总量之比", en="share of a total"),
    "listed": Title(zh="所列数字之间", en="printed figures among themselves"),
    "power_per_compute": Title(zh="算力与功率", en="computing power and power"),
    "rack_power": Title(zh="单架功率", en="power of a rack"),
    "rack_energy": Title(zh="机架用电", en="electricity of the racks"),
    "sum": Title(zh="分项相加", en="adding the parts"),
    "rival": Title(zh="另一来源", en="another source"),
    "total": Title(zh="占全部算力之比", en="share of a computing power"),
}

TEXTS = {
    "nothing": Title(zh="", en=""),
    "unstated_word": Title(zh="未说明", en="not stated"),
    "assumed_word": Title(zh="假设", en="assumed"),
    "verdict": Title(zh="{verdict}：{because}", en="{verdict}: {because}"),
    "nothing_to_hold": Title(
        zh="原文给出的数字不足以做任何一项核对。",
        en="The publication gives too little for any of the checks.",
    ),
    # reproduces
    "reproduced": Title(
        zh="按原文所写（“{title}”），{compute}用电{energy}，与所述的{stated}相差{off}，可以复算。",
        en="Its own arithmetic (“{title}”) gives {energy} for {compute}, {off} from the stated {stated}: "
        "it can be reproduced.",
    ),
    "explained": Title(
        zh="所述的{stated}按原文所写的数字算不出来：{compute}按原文只需{own}。"
        "读作“{title}”（能效{efficiency}，PUE {pue}，{hours}）才得到{energy}，与所述相差{off}。{slip}",
        en="The stated {stated} does not follow from the figures as written: on those, {compute} "
        "would take {own}. "
        "It takes the reading “{title}” ({efficiency}, PUE {pue}, {hours}) to reach {energy}, "
        "{off} from the statement. {slip}",
    ),
    "explained_short": Title(
        zh="所述的{stated}按原文所写的数字算不出来，那样只需{own}；要把能效读作{efficiency}、PUE取{pue}，"
        "才得到{energy}{slip}。",
        en="The stated {stated} does not follow from the figures as written, which give {own}; it takes an "
        "efficiency of {efficiency} and a PUE of {pue} to reach {energy}{slip}.",
    ),
    "slip_short": Title(zh="，数量级错了{factor}倍", en=", a slip by a factor of {factor}"),
    "unexplained": Title(
        zh="所述的{stated}没有一种读法可以复算；最接近的“{title}”得到{energy}，所述是它的{ratio}倍。{slip}",
        en="No reading reproduces the stated {stated}; the nearest, “{title}”, gives {energy}, and the "
        "statement is {ratio} times that. {slip}",
    ),
    "slip_up": Title(
        zh="按原文所写、PUE取{pue}，结果乘以{factor}就与所述相符：数量级错了{factor}倍。",
        en="As written and with a PUE of {pue}, {factor} times the result agrees with the statement: "
        "a slip by a factor of {factor}.",
    ),
    "slip_down": Title(
        zh="按原文所写、PUE取{pue}，结果除以{factor}就与所述相符：数量级错了{factor}倍。",
        en="As written and with a PUE of {pue}, the result over {factor} agrees with the statement: "
        "a slip by a factor of {factor}.",
    ),
    "only_inferred": Title(
        zh="原文没有写全计算所需的数字；按“{title}”得到{energy}，与所述的{stated}相差{off}，但这只是推断。",
        en="The publication does not give all inputs; the reading “{title}” gives {energy}, {off} from the "
        "stated {stated}, but that is an inference.",
    ),
    "no_readings": Title(
        zh="没有所述用电量，或没有可以试算的读法。",
        en="There is no stated electricity, or no reading to try on it.",
    ),
    # gloss
    "gloss_right": Title(
        zh="“{written}”释作“{glossed}”，两者相等。",
        en="“{written}” is glossed as “{glossed}”: the two are equal.",
    ),
    "gloss_slip": Title(
        zh="“{written}”应是{right}，原文却释作“{glossed}”，即{glossed_si}：{direction}了{factor}倍。",
        en="“{written}” is {right}, but the gloss says “{glossed}”, which is {glossed_si}: "
        "{direction} by a factor of {factor}.",
    ),
    "gloss_wrong": Title(
        zh="“{written}”应是{right}，原文却释作“{glossed}”，即{glossed_si}，也不是差10、1,000或10,000倍。",
        en="“{written}” is {right}, but the gloss says “{glossed}”, which is {glossed_si}; no factor of 10, "
        "1,000 or 10,000 reconciles them.",
    ),
    "too_small": Title(zh="小", en="too small"),
    "too_large": Title(zh="大", en="too large"),
    "no_gloss": Title(zh="没有列出对数字的释义。", en="No gloss of a number is listed."),
    # precision
    "precision_given": Title(zh="算力按{basis}计，已说明。", en="The computing power is stated as {basis}."),
    "precision_missing": Title(
        zh="{compute}没有说明精度，无法换算成用电。",
        en="{compute} is stated without a precision and cannot be turned into electricity.",
    ),
    "precision_missing_spread": Title(
        zh="{compute}没有说明精度；在所列各口径下，同样的算力用电相差可达{ratio}倍。",
        en="{compute} is stated without a precision; across the bases listed, the electricity for the same "
        "computing power differs by up to {ratio} times.",
    ),
    "no_compute": Title(zh="没有列出算力。", en="No computing power is listed."),
    # envelope
    "inside": Title(
        zh="{what}{value}，在{basis}所列机器的范围{low}至{high} GFLOPS/W之内。",
        en="{what}, {value}, lies within the range of the machines listed, {basis}: {low} to {high} GFLOPS/W.",
    ),
    "outside": Title(
        zh="{what}{value}，不在任何口径所列机器的范围之内：{envelopes}。",
        en="{what}, {value}, lies in no range of the machines listed: {envelopes}.",
    ),
    "envelope": Title(zh="{basis} {low}至{high} GFLOPS/W", en="{basis} {low} to {high} GFLOPS/W"),
    "stated_efficiency": Title(zh="所写能效", en="The efficiency as written"),
    "implied_span": Title(
        zh="所述用电量隐含的能效（PUE {pue}）为",
        en="The efficiency the stated electricity implies (PUE {pue})",
    ),
    "no_envelope": Title(zh="没有可对照的能效范围。", en="There is no efficiency envelope to hold it against."),
    # bounds
    "hours_fit": Title(
        zh="所用时长{hours} h，不超过该时段的{limit} h。",
        en="{hours} h are used of the {limit} h the period has.",
    ),
    "hours_exceed": Title(
        zh="所用时长{hours} h，超过该时段的{limit} h。",
        en="{hours} h are used, but the period has {limit} h.",
    ),
    "no_hours": Title(zh="没有列出时长。", en="No hours are listed."),
    "pue_possible": Title(zh="PUE {pue}，不低于1。", en="A PUE of {pue} is not below 1."),
    "pue_impossible": Title(
        zh="PUE {pue}低于1：设施用电不可能少于其中IT设备的用电。",
        en="A PUE of {pue} is below 1: a facility cannot use less than the IT equipment inside it.",
    ),
    "no_pue": Title(zh="没有列出PUE。", en="No PUE is listed."),
    # share
    "share_fits": Title(
        zh="所述用电量是{reference}的{share}，后者为{energy}；限度为{limit}。",
        en="The stated electricity is {share} {reference}, which is {energy}; the limit is {limit}.",
    ),
    "share_exceeds": Title(
        zh="所述用电量是{reference}的{share}，后者为{energy}；超过限度{limit}。{why}",
        en="The stated electricity is {share} {reference}, which is {energy}; the limit of {limit} is exceeded. {why}",
    ),
    "part": Title(zh="{share}", en="{share} of"),
    "times": Title(zh="{ratio}倍", en="{ratio} times"),
    "no_reference": Title(zh="没有可对照的总量。", en="There is no total to hold it against."),
    # plant
    "no_listed": Title(
        zh="没有同时列出算力、功率和能效。", en="Computing power, power and efficiency are not all listed."
    ),
    "listed_fits": Title(
        zh="{compute}除以{power}是{follows}，与所写的{written}相差{off}。",
        en="{compute} over {power} is {follows}, {off} from the {written} as written.",
    ),
    "listed_differs": Title(
        zh="{compute}除以{power}是{follows}，与所写的{written}相差{off}：三个数字不能同时成立。{slip}",
        en="{compute} over {power} is {follows}, {off} from the {written} as written: they cannot all hold. {slip}",
    ),
    "plant_slip": Title(zh="差{factor}倍，像是数量级的笔误。", en="A factor of {factor} would reconcile them."),
    "no_power_per_compute": Title(
        zh="没有同时列出算力和功率（或机架及其功率），或没有可对照的能效范围。",
        en="Computing power and power (or racks and their power) are not both given, or no range is known.",
    ),
    "density_inside": Title(
        zh="{ratio}，即{efficiency}，在{bases}所列机器的范围之内。",
        en="{ratio}, that is {efficiency}, lies within the range of the machines listed, {bases}.",
    ),
    "density_reads_as": Title(
        zh="{ratio}，即{efficiency}：只有按{bases}理解才做得到，但原文没有说明。",
        en="{ratio}, that is {efficiency}: machines do that only in {bases}, but the publication does not say so.",
    ),
    "density_other_basis": Title(zh="按{bases}理解才合理。", en="Read as {bases} it is plausible."),
    "density_below": Title(
        zh="{ratio}，即{efficiency}，低于或介于所列机器的范围：{ranges}。机架若不全是这类机器，或没有装满，"
        "这样的比值是可能的。",
        en="{ratio}, that is {efficiency}, lies below or between the ranges of the machines listed: {ranges}. That is "
        "possible where racks hold other machines too, or are not full.",
    ),
    "density_outside": Title(
        zh="{ratio}，即{efficiency}，不在所列机器的范围之内：{ranges}。{reading}",
        en="{ratio}, that is {efficiency}, lies outside the ranges of the machines listed: {ranges}. {reading}",
    ),
    "slip_too_much": Title(
        zh="算力除以{factor}（或功率乘以{factor}）后合于{bases}。",
        en="With {factor} times less computing power, or {factor} times the power, it would fit {bases}.",
    ),
    "slip_too_little": Title(
        zh="算力乘以{factor}（或功率除以{factor}）后合于{bases}。",
        en="With {factor} times the computing power, or {factor} times less power, it would fit {bases}.",
    ),
    "no_reading": Title(
        zh="没有别的读法：算力、机架数或单架功率中至少有一个另有含义。",
        en="No other reading is known: computing power, racks or the power of a rack must mean something else.",
    ),
    "no_rack_power": Title(
        zh="没有同时列出总功率和机架数。", en="Total power and number of racks are not both listed."
    ),
    "no_rack_range": Title(
        zh="平均{each}；没有可对照的单架功率。", en="On average {each}; there is no rating to hold it against."
    ),
    "rack_power_fits": Title(zh="平均{each}，与所列的{rated}相符。", en="On average {each}, as listed: {rated}."),
    "rack_power_differs": Title(
        zh="平均{each}，与所列的{rated}不符。", en="On average {each}, which is not the {rated} listed."
    ),
    "rack_inside": Title(
        zh="平均{each}，在已建机架的{low}至{high} kW之内。",
        en="On average {each}, within the {low} to {high} kW of racks that are built.",
    ),
    "rack_outside": Title(
        zh="平均{each}，不在已建机架的{low}至{high} kW之内。",
        en="On average {each}, outside the {low} to {high} kW of racks that are built.",
    ),
    "no_rack_energy": Title(
        zh="没有同时给出用电量、机架数和单架功率。",
        en="Electricity, racks and the power of a rack are not all given.",
    ),
    "rack_energy_fits": Title(
        zh="{racks}按{rated}计，负荷率为{factor}，不超过1。",
        en="{racks} of {rated} make a load factor of {factor}, which is not above 1.",
    ),
    "rack_energy_exceeds": Title(
        zh="{racks}按{rated}计，负荷率为{factor}：这些机架全年满载也用不了这么多电。",
        en="{racks} of {rated} make a load factor of {factor}: these racks cannot use so much.",
    ),
    # one figure against others
    "no_parts": Title(zh="没有列出分项。", en="No parts are listed."),
    "part_of_sum": Title(zh="{title} {compute}（{basis}）", en="{title} {compute} ({basis})"),
    "sum_side_by_side": Title(
        zh="各分项精度不同，不能相加：{parts}。",
        en="The parts differ in precision and must not be added: {parts}.",
    ),
    "sum_mixed": Title(
        zh="各分项精度不同，不能相加：{parts}。硬加得到的{total}没有意义。",
        en="The parts differ in precision and must not be added: {parts}. Their sum, {total}, means nothing.",
    ),
    "sum_unstated": Title(
        zh="各分项都没有说明精度，能否相加无从判断：{parts}。",
        en="No part says its precision, so nobody can tell whether they may be added: {parts}.",
    ),
    "sum_may": Title(
        zh="各分项精度相同，可以相加，共{total}：{parts}。",
        en="The parts are of one precision and make {total}: {parts}.",
    ),
    "sum_fits": Title(
        zh="各分项之和{total}，与所述的{stated}相符。", en="The parts make {total}, as stated: {stated}."
    ),
    "sum_differs": Title(
        zh="各分项之和{total}，与所述的{stated}不符。", en="The parts make {total}, which is not the {stated} stated."
    ),
    "no_rival": Title(zh="没有列出另一来源的同一数字。", en="No other source of the same figure is listed."),
    "rival_agrees": Title(
        zh="{title}为{other}，与所述的{own}相符。{why}",
        en="Another source, {title}, gives {other}, in agreement with {own}. {why}",
    ),
    "rival_differs": Title(
        zh="同一数字，{title}为{other}，所述为{own}，相差{ratio}倍；两者并列，不取平均。{slip}{why}",
        en="For the same figure {title} gives {other} and the statement {own}, {ratio} times apart; both are shown, "
        "not averaged. {slip}{why}",
    ),
    "rival_unstated": Title(
        zh="{title}为{other}（精度：{other_basis}），所述为{own}（精度：{own_basis}），相差{ratio}倍。"
        "精度没有写全，不能断定矛盾；两者并列，不相加，不取平均。{slip}{why}",
        en="Another source, {title}, gives {other} (precision: {other_basis}), the statement {own} (precision: "
        "{own_basis}), {ratio} times apart. Without both precisions this is no proven contradiction; they are neither "
        "added nor averaged. {slip}{why}",
    ),
    "rival_other_basis": Title(
        zh="{title}为{other}（精度：{other_basis}），所述为{own}（精度：{own_basis}），相差{ratio}倍：是两种统计口径，"
        "不能相加，也不能取平均。{why}",
        en="Another source, {title}, gives {other} (precision: {other_basis}), the statement {own} (precision: "
        "{own_basis}), {ratio} times apart: two statistics, to be neither added nor averaged. {why}",
    ),
    "rival_slip": Title(zh="差{factor}倍可以使两者一致。", en="A factor of {factor} would reconcile them. "),
    "rival_no_slip": Title(
        zh="差10、1,000或10,000倍都不能使两者一致。", en="No factor of 10, 1,000 or 10,000 reconciles them. "
    ),
    "no_total": Title(zh="没有可对照的全部算力。", en="There is no larger computing power to hold it against."),
    "total_fits": Title(
        zh="所述{own}是{title}（{total}）的{share}。", en="The stated {own} are {share} of {title}, {total}."
    ),
    "total_exceeded": Title(
        zh="所述{own}超过了{title}（{total}），部分不可能大于整体。",
        en="The stated {own} are more than {title}, {total}: a part cannot exceed the whole.",
    ),
    "total_other_basis": Title(
        zh="所述{own}与{title}（{total}）精度不同，不能相比。",
        en="The stated {own} and {title}, {total}, are of different precision and cannot be compared.",
    ),
    "total_share_fits": Title(
        zh="所述{own}是{title}（{total}）的{share}，与所印的{printed}相符。",
        en="The stated {own} are {share} of {title}, {total}, as printed: {printed}.",
    ),
    "total_share_differs": Title(
        zh="所述{own}是{title}（{total}）的{share}，与所印的{printed}不符。",
        en="The stated {own} are {share} of {title}, {total}, which is not the {printed} printed.",
    ),
    "outlook_compared": Title(
        zh="{year}年，{title}：{published}；推算{outlook}，居中{middle}。{relation}。",
        en="{year}, {title}: {published}; the outlook gives {outlook}, middle {middle}: {relation}.",
    ),
    # the text around them
    "nearest": Title(zh="与所述数字最接近的读法：{title}", en="The reading nearest to the stated figure: {title}"),
    "all_readings": Title(zh="没有另行给出的输入", en="Inputs not given otherwise"),
    "need": Title(
        zh="按{basis}：IT功率{power}，PUE {pue}、负载率{load}、{hours} h用电{energy}。",
        en="As {basis}: IT power {power}; at PUE {pue}, load {load} and {hours} h, {energy}.",
    ),
    "need_ratio": Title(zh="所述数字是它的{ratio}倍。", en="The stated figure is {ratio} times that."),
    "magnitudes": Title(
        zh="亿、万是汉语的数量级；用电量并列亿kWh与TWh两种写法。",
        en="亿 (yi) is a hundred million and 万 (wan) ten thousand, as in the Chinese sources; "
        "electricity is given both ways.",
    ),
}
