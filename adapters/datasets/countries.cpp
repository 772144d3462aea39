#include "adapters/datasets/countries.hpp"

#include <string>
#include <unordered_map>

namespace truegap::adapters {

namespace {

struct Region {
    std::string_view continent;
    std::string_view countries;  // a country ends with `;`, its other names follow after `|`
};

constexpr Region regions[] = {
    {"Africa",
     "Algeria;Egypt;Libyan Arab Jamahiriya|Libya;Morocco;Sudan;Tunisia;Western Sahara;"
     "British Indian Ocean Territory;Burundi;Comoros;Djibouti;Eritrea;Ethiopia;"
     "French Southern Territories;Kenya;Madagascar;Malawi;Mauritius;Mayotte;Mozambique;"
     "Reunion|Réunion;Rwanda;Seychelles;Somalia;South Sudan;Uganda;"
     "Tanzania, United Republic of|Tanzania|United Republic of Tanzania;Zambia;Zimbabwe;"
     "Angola;Cameroon;Central African Republic;Chad;"
     "Congo|Republic of the Congo|Congo, Republic of the|Congo-Brazzaville;"
     "Congo, the Democratic Republic of the|Democratic Republic of the Congo|DR Congo|"
     "Congo, Democratic Republic of the|Congo-Kinshasa;"
     "Equatorial Guinea;Gabon;Sao Tome and Principe|São Tomé and Príncipe;Botswana;"
     "Swaziland|Eswatini;Lesotho;Namibia;South Africa;Benin;Burkina Faso;Cape Verde|Cabo Verde;"
     "Cote D'Ivoire|Côte d'Ivoire|Ivory Coast;Gambia|The Gambia|Gambia, The;Ghana;Guinea;"
     "Guinea-Bissau;Liberia;Mali;Mauritania;Niger;Nigeria;"
     "Saint Helena|St. Helena|Saint Helena, Ascension and Tristan da Cunha;Senegal;"
     "Sierra Leone;Togo;"},
    {"Antarctica", "Antarctica;"},
    {"Asia",
     "Kazakhstan;Kyrgyzstan;Tajikistan;Turkmenistan;Uzbekistan;"
     "China|People's Republic of China|China, People's Republic of;"
     "Hong Kong|Hong Kong SAR|China, Hong Kong Special Administrative Region;"
     "Macao|Macau|China, Macao Special Administrative Region;"
     "Korea, Democratic People's Republic of|North Korea|Democratic People's Republic of Korea;"
     "Japan;Mongolia;Korea, Republic of|South Korea|Republic of Korea|Korea;"
     "Taiwan|Taiwan, Province of China|Taiwan, Republic of China;"
     "Brunei Darussalam|Brunei;Cambodia;Indonesia;Lao People's Democratic Republic|Laos;Malaysia;"
     "Myanmar|Burma;Philippines|The Philippines;Singapore;Thailand;Timor-Leste|East Timor;"
     "Viet Nam|Vietnam;Afghanistan;Bangladesh;Bhutan;India;"
     "Iran, Islamic Republic of|Iran|Iran (Islamic Republic of);Maldives;Nepal;Pakistan;Sri Lanka;"
     "Armenia;Azerbaijan;Bahrain;Cyprus;Georgia;Iraq;Israel;Jordan;Kuwait;Lebanon;Oman;Qatar;"
     "Saudi Arabia;Palestinian Territory, Occupied|Palestine, State of|State of "
     "Palestine|Palestine|"
     "Palestinian Territory|Palestinian Territories;"
     "Syrian Arab Republic|Syria;Turkey|Türkiye|Turkiye;United Arab Emirates|UAE;Yemen;"},
    {"Europe",
     "Belarus;Bulgaria;Czech Republic|Czechia;Hungary;Poland;"
     "Moldova|Moldova, Republic of|Republic of Moldova;Romania;Russian Federation|Russia;"
     "Slovakia|Slovak Republic;Ukraine;Aland Islands|Åland Islands|Åland;Guernsey;Jersey;Denmark;"
     "Estonia;Faroe Islands|Faeroe Islands;Finland;Iceland;Ireland|Republic of Ireland;"
     "Isle of Man;Latvia;Lithuania;Norway;Svalbard and Jan Mayen|Svalbard and Jan Mayen Islands;"
     "Sweden;United Kingdom|Great Britain|UK|England|Scotland|Wales|Northern Ireland|"
     "United Kingdom of Great Britain and Northern Ireland;"
     "Albania;Andorra;Bosnia and Herzegovina|Bosnia;Croatia;Gibraltar;Greece;"
     "Holy See (Vatican City State)|Holy See|Vatican|Vatican City;Italy;Malta;Montenegro;"
     "Macedonia|Macedonia, the Former Yugoslav Republic of|North Macedonia|Macedonia, FYR|"
     "The former Yugoslav Republic of Macedonia;"
     "Portugal;San Marino;Serbia;Slovenia;Spain;Austria;Belgium;France|France, Metropolitan;"
     "Germany;Liechtenstein;Luxembourg;Monaco;Netherlands|The Netherlands|Holland|"
     "Netherlands, Kingdom of the;Switzerland;Serbia and Montenegro|Yugoslavia;Kosovo;"},
    {"North America",
     "Anguilla;Antigua and Barbuda;Aruba;Bahamas|The Bahamas|Bahamas, The;Barbados;"
     "Bonaire, Sint Eustatius and Saba|Bonaire|Caribbean Netherlands;"
     "Virgin Islands, British|British Virgin Islands|Virgin Islands (British);Cayman Islands;Cuba;"
     "Curacao|Curaçao;Dominica;Dominican Republic;Grenada;Guadeloupe;Haiti;Jamaica;Martinique;"
     "Montserrat;Puerto Rico;Saint Barthelemy|Saint Barthélemy|St. Barthelemy;"
     "Saint Kitts and Nevis|St. Kitts and Nevis;Saint Lucia|St. Lucia;"
     "Saint Martin|Saint Martin (French part)|St. Martin;"
     "Saint Vincent and the Grenadines|St. Vincent and the Grenadines;"
     "Sint Maarten|Sint Maarten (Dutch part);Trinidad and Tobago;Turks and Caicos Islands;"
     "Virgin Islands, U.s.|United States Virgin Islands|US Virgin Islands|Virgin Islands (U.S.);"
     "Belize;Costa Rica;El Salvador;Guatemala;Honduras;Mexico|México;Nicaragua;Panama;"
     "Bermuda;Canada;Greenland;Saint Pierre and Miquelon|St. Pierre and Miquelon;"
     "United States|United States of America|USA|US;Netherlands Antilles;"},
    {"Oceania",
     "Australia;Christmas Island;Cocos (Keeling) Islands|Cocos Islands;"
     "Heard Island and Mcdonald Islands|Heard and Mc Donald Islands;New Zealand;Norfolk Island;"
     "Fiji;New Caledonia;Papua New Guinea;Solomon Islands;Vanuatu;Guam;Kiribati;"
     "Marshall Islands;Micronesia, Federated States of|Micronesia|"
     "Micronesia (Federated States of);Nauru;Northern Mariana Islands;Palau;"
     "United States Minor Outlying Islands;American Samoa;Cook Islands;French Polynesia;Niue;"
     "Pitcairn|Pitcairn Islands;Samoa|Western Samoa;Tokelau;Tonga;Tuvalu;"
     "Wallis and Futuna|Wallis and Futuna Islands;"},
    {"South America",
     "Argentina;Bolivia|Bolivia, Plurinational State of|Bolivia (Plurinational State of);"
     "Bouvet Island;Brazil|Brasil;Chile;Colombia;Ecuador;"
     "Falkland Islands (Malvinas)|Falkland Islands;French Guiana;Guyana;Paraguay;Peru|Perú;"
     "South Georgia and the South Sandwich Islands;Suriname;Uruguay;"
     "Venezuela|Venezuela, Bolivarian Republic of|Venezuela (Bolivarian Republic of);"},
};

// What is left of a name where spellings differ in case, punctuation and accents.
std::string bare(std::string_view name) {
    std::string letters;
    for (const char c : name) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters += c;
        if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
        if (c == '&') letters += "and";
    }
    return letters;
}

// Takes the text up to a mark off the front.
std::string_view take_until(std::string_view& text, char mark) {
    const auto end = text.find(mark);
    const std::string_view front = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return front;
}

struct Table {
    std::vector<Country> countries;
    std::vector<std::string_view> continents;
    std::unordered_map<std::string, Country> by_name;
};

Table make_table() {
    Table table;
    for (const Region& region : regions) {
        table.continents.push_back(region.continent);
        for (std::string_view rest = region.countries; !rest.empty();) {
            std::string_view names = take_until(rest, ';');
            const Country country{.name = names.substr(0, names.find('|')),
                                  .continent = region.continent};
            table.countries.push_back(country);
            while (!names.empty()) table.by_name.emplace(bare(take_until(names, '|')), country);
        }
    }
    return table;
}

const Table& table() {
    static const Table made = make_table();
    return made;
}

}  // namespace

std::optional<Country> find_country(std::string_view name) {
    const auto place = table().by_name.find(bare(name));
    if (place == table().by_name.end()) return std::nullopt;
    return place->second;
}

const std::vector<Country>& countries() {
    return table().countries;
}

const std::vector<std::string_view>& continents() {
    return table().continents;
}

}  // namespace truegap::adapters
