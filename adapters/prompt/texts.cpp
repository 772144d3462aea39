#include "adapters/prompt/texts.hpp"

#include <algorithm>
#include <array>

#include "metrics/contract.hpp"

namespace truegap::adapters {

namespace {

// Examples first: they are the same for all contexts of a world, and servers keep a shared beginning.
constexpr const char* user_text =
    "{examples}\n\n{demographics}\n\n{history}\n\n{candidates}\n\n{instruction}";

const PromptTexts english{
    .system =
        "You predict which item a person will choose next. Use what you are told about the person "
        "and about other people of the same community. Follow the answer format exactly.",
    .user = user_text,
    .ranking =
        "Which of these items will this person choose next? Rank the {top} most likely ones, the "
        "most likely first, out of the {count} on offer. Write every name exactly as it is listed "
        "and each at most once. Answer with JSON only, in this form: "
        "{{\"ranking\": [\"most likely item\", \"second most likely item\", \"…\"]}}",
    .logprobs =
        "Which of these {count} items will this person choose next? Answer with the label of that "
        "one item, as it stands before its name, and with nothing else.",
    .choice =
        "Which of these {count} items will this person choose next? Answer with the name of that "
        "one item, exactly as it is listed, and with nothing else.",
    .percentages =
        "How likely is it, in percent, that this person will choose each of these {count} items "
        "next? The percentages must add up to 100. Answer with JSON only, in this form: "
        "{{\"percentages\": {{\"name of an item\": 12.5, \"name of the next item\": 8}}}}",
    .demographics_heading = "About this person:",
    .history_heading = "What this person chose before, oldest first:",
    .examples_heading = "What some other people of this community chose:",
    .candidates_heading = "Items on offer:",
    .demographic = "{name}: {value}",
    .history_item = "{number}. {item}",
    .candidate = "{label}. {item}",
    .example = "{demographics}\nChosen before, oldest first: {history}\nChosen next: {choice}",
};

const PromptTexts hindi{
    .system =
        "आपका काम यह अनुमान लगाना है कि कोई व्यक्ति आगे कौन-सी वस्तु चुनेगा। उस व्यक्ति के बारे में और उसी समुदाय "
        "के "
        "दूसरे लोगों के बारे में जो बताया गया है, उसका उपयोग कीजिए। उत्तर ठीक उसी रूप में दीजिए जो माँगा गया है।",
    .user = user_text,
    .ranking =
        "यह व्यक्ति इनमें से कौन-सी वस्तु आगे चुनेगा? दी गई {count} वस्तुओं में से सबसे संभावित {top} वस्तुओं को क्रम से "
        "लिखिए, सबसे संभावित वस्तु सबसे पहले। हर नाम ठीक वैसे ही लिखिए जैसे सूची में है, और हर नाम अधिक से अधिक "
        "एक "
        "बार। उत्तर केवल JSON में दीजिए, इस रूप में: "
        "{{\"ranking\": [\"सबसे संभावित वस्तु\", \"दूसरी सबसे संभावित वस्तु\", \"…\"]}}",
    .logprobs =
        "यह व्यक्ति इन {count} वस्तुओं में से कौन-सी आगे चुनेगा? उत्तर में केवल उस एक वस्तु का चिह्न लिखिए, जो उसके "
        "नाम "
        "से पहले दिया गया है, और कुछ नहीं।",
    .choice =
        "यह व्यक्ति इन {count} वस्तुओं में से कौन-सी आगे चुनेगा? उत्तर में केवल उस एक वस्तु का नाम लिखिए, ठीक वैसे ही "
        "जैसे सूची में है, और कुछ नहीं।",
    .percentages =
        "इन {count} वस्तुओं में से हर एक को यह व्यक्ति आगे चुनेगा, इसकी संभावना कितने प्रतिशत है? सभी प्रतिशतों का "
        "योग "
        "100 होना चाहिए। उत्तर केवल JSON में दीजिए, इस रूप में: "
        "{{\"percentages\": {{\"किसी वस्तु का नाम\": 12.5, \"अगली वस्तु का नाम\": 8}}}}",
    .demographics_heading = "इस व्यक्ति के बारे में:",
    .history_heading = "इस व्यक्ति ने पहले क्या चुना, सबसे पुराना सबसे पहले:",
    .examples_heading = "इस समुदाय के कुछ दूसरे लोगों ने क्या चुना:",
    .candidates_heading = "उपलब्ध वस्तुएँ:",
    .demographic = "{name}: {value}",
    .history_item = "{number}. {item}",
    .candidate = "{label}. {item}",
    .example = "{demographics}\nपहले चुना, सबसे पुराना सबसे पहले: {history}\nउसके बाद चुना: {choice}",
};

const PromptTexts chinese{
    .system =
        "你的任务是预测一个人接下来会选择哪一项。请利用关于此人以及同一群体中其他人的已知信息，并严"
        "格按照要求的格式"
        "作答。",
    .user = user_text,
    .ranking =
        "此人接下来会选择其中哪一项？请从所列的{count}项中选出可能性最大的{top}"
        "项，按可能性从大到小排列。名称须与列表"
        "中完全一致，每项最多出现一次。只用JSON作答，格式如下："
        "{{\"ranking\": [\"最可能的一项\", \"第二可能的一项\", \"…\"]}}",
    .logprobs =
        "此人接下来会选择这{count}项中的哪一项？只回答该项名称前面的字母标号，不要写任何其他内容。",
    .choice =
        "此人接下来会选择这{count}"
        "项中的哪一项？只回答该项的名称，须与列表中完全一致，不要写任何其他内容。",
    .percentages =
        "此人接下来选择这{count}"
        "项中每一项的可能性各是百分之多少？所有百分比之和须为100。只用JSON作答，格式如下："
        "{{\"percentages\": {{\"某一项的名称\": 12.5, \"下一项的名称\": 8}}}}",
    .demographics_heading = "关于此人：",
    .history_heading = "此人以前的选择（从最早到最近）：",
    .examples_heading = "同一群体中其他一些人的选择：",
    .candidates_heading = "可供选择的项目：",
    .demographic = "{name}：{value}",
    .history_item = "{number}. {item}",
    .candidate = "{label}. {item}",
    .example = "{demographics}\n以前的选择（从最早到最近）：{history}\n接下来的选择：{choice}",
};

const PromptTexts arabic{
    .system =
        "مهمتك أن تتوقع العنصر الذي سيختاره شخص ما بعد ذلك. استعن بما يقال لك عن هذا الشخص وعن "
        "أشخاص آخرين من "
        "المجتمع نفسه، والتزم بصيغة الإجابة المطلوبة التزامًا تامًا.",
    .user = user_text,
    .ranking =
        "أي عنصر من هذه العناصر سيختاره هذا الشخص بعد ذلك؟ رتّب العناصر الأكثر احتمالًا، وعددها "
        "{top} من أصل {count} من "
        "العناصر المعروضة، بدءًا بالأكثر احتمالًا. اكتب كل اسم كما ورد في القائمة تمامًا، ولا تكرر أي "
        "اسم. أجب بصيغة JSON "
        "فقط، على هذا النحو: "
        "{{\"ranking\": [\"العنصر الأكثر احتمالًا\", \"العنصر الثاني\", \"…\"]}}",
    .logprobs =
        "أي عنصر من هذه العناصر، وعددها {count}، سيختاره هذا الشخص بعد ذلك؟ أجب بالرمز المكتوب قبل "
        "اسم ذلك العنصر فقط، "
        "دون أي إضافة.",
    .choice =
        "أي عنصر من هذه العناصر، وعددها {count}، سيختاره هذا الشخص بعد ذلك؟ أجب باسم ذلك العنصر "
        "فقط، كما ورد في القائمة "
        "تمامًا، دون أي إضافة.",
    .percentages =
        "ما احتمال أن يختار هذا الشخص كل عنصر من هذه العناصر بعد ذلك، بالنسبة المئوية؟ عدد العناصر "
        "{count}، ويجب أن يكون "
        "مجموع النسب 100. أجب بصيغة JSON فقط، على هذا النحو: "
        "{{\"percentages\": {{\"اسم عنصر\": 12.5, \"اسم العنصر التالي\": 8}}}}",
    .demographics_heading = "عن هذا الشخص:",
    .history_heading = "ما اختاره هذا الشخص من قبل، من الأقدم إلى الأحدث:",
    .examples_heading = "ما اختاره بعض الأشخاص الآخرين من هذا المجتمع:",
    .candidates_heading = "العناصر المعروضة:",
    .demographic = "{name}: {value}",
    .history_item = "{number}. {item}",
    .candidate = "{label}. {item}",
    .example = "{demographics}\nاختار من قبل، من الأقدم إلى الأحدث: {history}\nثم اختار: {choice}",
};

struct Language {
    std::string_view code, script;
    const PromptTexts* texts;
};
const std::array languages{
    Language{"en", "latin", &english},
    Language{"hi", "devanagari", &hindi},
    Language{"zh", "han", &chinese},
    Language{"ar", "arabic", &arabic},
};

const Language& language_of(std::string_view code) {
    const auto* place = std::find_if(
        languages.begin(), languages.end(), [&](const Language& one) { return one.code == code; });
    TRUEGAP_EXPECTS(place != languages.end());
    return *place;
}

}  // namespace

const std::vector<std::string>& prompt_languages() {
    static const std::vector<std::string> codes{"en", "hi", "zh", "ar"};
    return codes;
}

const PromptTexts& default_texts(std::string_view language) {
    return *language_of(language).texts;
}

std::string_view script_of(std::string_view language) {
    return language_of(language).script;
}

const std::vector<PromptTextKey>& prompt_text_keys() {
    static const std::vector<std::string> message{
        "demographics", "history", "examples", "candidates", "instruction", "top", "count"};
    static const std::vector<std::string> counts{"top", "count"};
    static const std::vector<PromptTextKey> keys{
        {"system", &PromptTexts::system, message},
        {"user", &PromptTexts::user, message},
        {"ranking", &PromptTexts::ranking, counts},
        {"logprobs", &PromptTexts::logprobs, counts},
        {"choice", &PromptTexts::choice, counts},
        {"percentages", &PromptTexts::percentages, counts},
        {"demographics_heading", &PromptTexts::demographics_heading, counts},
        {"history_heading", &PromptTexts::history_heading, counts},
        {"examples_heading", &PromptTexts::examples_heading, counts},
        {"candidates_heading", &PromptTexts::candidates_heading, counts},
        {"demographic", &PromptTexts::demographic, {"name", "value"}},
        {"history_item", &PromptTexts::history_item, {"number", "item"}},
        {"candidate", &PromptTexts::candidate, {"label", "item"}},
        {"example", &PromptTexts::example, {"demographics", "history", "choice"}},
    };
    return keys;
}

}  // namespace truegap::adapters
