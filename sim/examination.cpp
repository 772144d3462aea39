#include "sim/examination.hpp"

#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::sim {

double Examination::weight(std::size_t position) const {
    switch (kind) {
        case Kind::even:
            return 1.0;
        case Kind::geometric:
            return metrics::exponential(static_cast<double>(position) * metrics::ln(parameter));
        case Kind::power:
            return metrics::exponential(-parameter *
                                        metrics::ln(static_cast<double>(position + 1)));
        case Kind::listed:
            TRUEGAP_EXPECTS(position < weights.size());
            return weights[position];
    }
    return 1.0;
}

}  // namespace truegap::sim
