#include "tests/adapters/prompt/styles.hpp"

#include <map>
#include <numeric>

#include "adapters/prompt/texts.hpp"

namespace truegap::test {

adapters::Question cast_question(const std::string& cast) {
    static const std::map<std::string, std::vector<std::string>> casts{
        {"en", {"Bakelon", "Dorumix", "Fenitam", "Gurasek", "Hilovaz", "Kemadin"}},
        {"films",
         {"Matrix, The (1999)",
          "Good, the Bad and the Ugly, The (1966)",
          "12 Angry Men (1957)",
          "Amélie (2001)",
          "Schindler's List (1993)",
          "2001: A Space Odyssey (1968)",
          "Star Wars: Episode IV - A New Hope (1977)",
          "Rocky II (1979)",
          "Rocky III (1982)",
          "It (1990)"}},
        {"hi", {"बाकेलो", "दोरुमी", "फेनिता", "गुरासे", "हिलोवा"}},
        {"zh", {"巴克罗", "多鲁米", "菲尼塔", "古拉塞", "希洛瓦"}},
        {"ar", {"باكيلو", "دورومي", "فينيتا", "غوراسي", "هيلوفا"}},
    };
    adapters::Question question;
    question.context_id = "0/0";
    question.candidates = casts.at(cast);
    question.order.resize(question.candidates.size());
    std::iota(question.order.rbegin(), question.order.rend(), 0U);
    question.top = 4;
    return question;
}

adapters::Prompt cast_prompt(const std::string& cast) {
    adapters::PromptSpec spec;
    spec.texts = adapters::default_texts(cast == "films" ? "en" : cast);
    return adapters::write_prompt(spec, cast_question(cast), adapters::AnswerForm::ranking);
}

std::vector<Style> styles() {
    std::vector<Style> all = json_styles();
    for (const auto& more : {line_styles(), other_styles()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace truegap::test
